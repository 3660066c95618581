package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A stranger's address that cannot be read is answered and counted, and nothing of it is logged. */
@ExtendWith(OutputCaptureExtension.class)
class AMalformedQueryFillsNoLogTest extends HubTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /webhooks/whatsapp, a=secret-word%zz",
        "POST, /webhooks/whatsapp, a=secret-word%zz",
        "POST, /webhooks/commands, key=secret-word%"
    })
    void isFourHundredAndCounted(String method, String path, String query, CapturedOutput output)
            throws Exception {
        double before = refused(path);

        for (int i = 0; i < 3; i++) {
            try (var stranger = Stranger.at(uri("/").getPort())) {
                stranger.sends(
                        method
                                + " "
                                + path
                                + "?"
                                + query
                                + " HTTP/1.1\r\nHost: hub\r\nContent-Length: 0\r\n\r\n");
                assertThat(stranger.answer()).startsWith("HTTP/1.1 400");
            }
        }

        assertThat(refused(path)).isEqualTo(before + 3);
        assertThat(output.toString())
                .doesNotContain("secret-word", "InvalidParameterException", "not understood");
    }

    private double refused(String path) throws Exception {
        String series = "hub_callers_refused_total{path=\"" + path + "\",reason=\"query\"";
        return send(java.net.http.HttpRequest.newBuilder(management("/actuator/prometheus")))
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
