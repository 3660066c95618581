package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.platform.http.RefusedCallers;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.util.List;
import java.util.Map;

/** An operator who entered a wrong secret reads so in the log; whoever guesses does not fill it. */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class WrongSecretsAreSaidInTheLogTest {

    private static final byte[] BODY = {'{', '}'};

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WebhookGate gate =
            new WebhookGate(
                    new WebhookSettings(List.of("secret-of-another-app"), "our-token"),
                    new RefusedCallers(meters));

    @Test
    void aThousandWrongSignaturesAreOneLineThatNamesSettingAndRemedy(CapturedOutput output) {
        for (int i = 0; i < 1000; i++) {
            refusedWith(MetaSignature.of("secret-of-the-app", BODY));
        }

        assertThat(output.toString().lines().filter(line -> line.contains("refused")))
                .singleElement()
                .asString()
                .contains("HUB_META_APP_SECRET", "App Dashboard")
                .doesNotContain("secret-of");
        assertThat(counted("signature")).isEqualTo(1000);
    }

    @Test
    void aMissingSignatureIsAnotherCause(CapturedOutput output) {
        refusedWith(null);

        assertThat(output).contains("X-Hub-Signature-256").doesNotContain("HUB_META_APP_SECRET");
    }

    @Test
    void aWrongVerifyTokenIsSaid(CapturedOutput output) {
        assertThatThrownBy(
                        () ->
                                gate.handshake(
                                        Map.of(
                                                "hub.mode", "subscribe",
                                                "hub.challenge", "1",
                                                "hub.verify_token", "their-token")))
                .isInstanceOf(HandshakeRefusedException.class);

        assertThat(output).contains("HUB_META_VERIFY_TOKEN");
        assertThat(output).doesNotContain("their-token").doesNotContain("our-token");
    }

    private void refusedWith(String signature) {
        assertThatThrownBy(() -> gate.verify(BODY, signature))
                .isInstanceOf(UnverifiedWebhookException.class);
    }

    private double counted(String reason) {
        return meters.get("hub_callers_refused").tag("reason", reason).counter().count();
    }
}
