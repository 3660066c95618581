package org.coexhub.state.media.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.state.media.store.FakeS3.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;

class S3MediaStoreTest extends MediaStoreContract {

    private static S3Bench bench;

    @BeforeAll
    static void open() throws Exception {
        bench = new S3Bench();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Override
    MediaStore store() {
        return bench.store();
    }

    @Test
    void objectsLieBelowThePrefix() throws Exception {
        store().put("prefixed", file("x".getBytes()));

        assertThat(bench.s3.objects()).containsKey("hub/media/prefixed");
    }

    @Test
    void whatPassesIsRepeatedAtOnce() throws Exception {
        bench.s3.next(Trouble.SLOW_DOWN, Trouble.CUT);
        store().put("patient", file("x".getBytes()));

        assertThat(kept("patient")).asString().isEqualTo("x");
    }

    @Test
    void whatDoesNotPassIsAnIoExceptionAndNotAMissingFile() throws Exception {
        bench.s3.next(Collections.nCopies(12, Trouble.SLOW_DOWN).toArray(new Trouble[0]));

        assertThatThrownBy(() -> store().open("later"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class)
                .hasMessageStartingWith("S3: ");

        bench.s3.reset();
        assertThatThrownBy(() -> store().open("later")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aWrongSecretIsAnIoExceptionToo() throws Exception {
        try (var stranger = new S3Bench("another secret")) {
            assertThatThrownBy(() -> stranger.store().put(KEY, file("x".getBytes())))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("another secret");
            assertThat(stranger.s3.requests()).allMatch(request -> request.endsWith(" 403"));
            assertThat(stranger.s3.objects()).isEmpty();
        }
    }
}
