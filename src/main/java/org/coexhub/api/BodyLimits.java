package org.coexhub.api;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;

/**
 * Bounds every {@code @RequestBody} while it is read: a body whose announced length is too large is not begun, one
 * without a length is given up where it passes the limit, and one that takes too long is given up as well.
 */
@ControllerAdvice
class BodyLimits extends RequestBodyAdviceAdapter {

    /** A command has at most so much, and nothing else but a bulk is larger. */
    static final int MOST_BYTES = 256 * 1024;

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String REMEDY = "send less in one request";

    @Override
    public boolean supports(
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        MostBytes own = parameter.getParameterAnnotation(MostBytes.class);
        int most = own == null ? MOST_BYTES : own.value();
        String remedy = own == null ? REMEDY : own.remedy();
        if (message.getHeaders().getContentLength() > most) {
            throw tooLarge(most, remedy);
        }
        var limited = new Limited(message.getBody(), most, remedy);
        return new HttpInputMessage() {
            @Override
            public InputStream getBody() {
                return limited;
            }

            @Override
            public HttpHeaders getHeaders() {
                return message.getHeaders();
            }
        };
    }

    private static ProblemException tooLarge(int most, String remedy) {
        return new ProblemException(
                413,
                "Body too large",
                "at most " + most / 1024 + " KiB are taken here; " + remedy,
                Map.of());
    }

    /** A body that is read no further than allowed. */
    private static final class Limited extends FilterInputStream {

        private final int most;
        private final String remedy;
        private final long begin = System.nanoTime();
        private long received;

        private Limited(InputStream in, int most, String remedy) {
            super(in);
            this.most = most;
            this.remedy = remedy;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            count(count);
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int more) {
            received += Math.max(0, more);
            if (received > most) {
                throw tooLarge(most, remedy);
            }
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new ProblemException(
                        408,
                        "Body too slow",
                        "a body has to come within " + LONGEST.toSeconds() + " seconds",
                        Map.of());
            }
        }
    }
}
