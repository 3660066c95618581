package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

class MultipartFormTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "Ñandú 🦤\r\n--hub-"})
    void fieldsComeFirstAndTheFileAsItIs(String content) throws Exception {
        byte[] file = content.getBytes(StandardCharsets.UTF_8);

        MultipartForm form =
                new MultipartForm()
                        .field("type", "text/plain")
                        .field("note", "für Ana")
                        .file("file", "a.txt", "text/plain", stream(file), file.length);

        String boundary = form.contentType().replace("multipart/form-data; boundary=", "");
        byte[] sent = sent(form.body());
        assertThat(new String(sent, StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        --%1$s
                        Content-Disposition: form-data; name="type"

                        text/plain
                        --%1$s
                        Content-Disposition: form-data; name="note"

                        für Ana
                        --%1$s
                        Content-Disposition: form-data; name="file"; filename="a.txt"
                        Content-Type: text/plain

                        %2$s
                        --%1$s--
                        """
                                .replace("\n", "\r\n")
                                .formatted(boundary, content));
        assertThat(form.body().contentLength()).isEqualTo(sent.length);
    }

    @Test
    void aFileNameCannotEndItsQuotes() throws Exception {
        MultipartForm form =
                new MultipartForm().file("file", "a\"; x=\\\r\nb", "text/plain", stream(), 0);

        assertThat(new String(sent(form.body()), StandardCharsets.UTF_8))
                .contains("filename=\"a_; x=___b\"\r\n");
    }

    @Test
    void nothingComesAfterTheFile() {
        MultipartForm form = new MultipartForm().file("file", "a", "text/plain", stream(), 0);

        assertThatThrownBy(() -> form.field("late", "")).isInstanceOf(IllegalStateException.class);
    }

    private static BodyPublisher stream(byte... bytes) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    }

    private static byte[] sent(BodyPublisher body) throws Exception {
        var sent = new CompletableFuture<byte[]>();
        var bytes = new ByteArrayOutputStream();
        body.subscribe(
                new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(ByteBuffer part) {
                        byte[] some = new byte[part.remaining()];
                        part.get(some);
                        bytes.writeBytes(some);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        sent.completeExceptionally(failure);
                    }

                    @Override
                    public void onComplete() {
                        sent.complete(bytes.toByteArray());
                    }
                });
        return sent.get(10, TimeUnit.SECONDS);
    }
}
