package org.coexhub.outbound.command.signed;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.platform.settings.SigningSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Against the example that the Standard Webhooks specification publishes. */
class StandardWebhooksSignatureTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIMESTAMP = "1614265330";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final Instant SENT = Instant.ofEpochSecond(1614265330);

    private final StandardWebhooksSignature signature =
            new StandardWebhooksSignature(List.of(SigningSecret.bytes(SECRET)));

    @Test
    void takesThePublishedExample() {
        assertThatCode(() -> verify(SIGNATURE, SENT)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1a,g0hM9SsE v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,x",
                " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
            })
    void oneGoodSignatureAmongSeveralIsEnough(String signatures) {
        assertThatCode(() -> verify(signatures, SENT)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "v1,",
                "v1",
                "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=",
                "v1,*not base64*"
            })
    void refusesEveryOther(String signatures) {
        assertThatThrownBy(() -> verify(signatures, SENT))
                .isInstanceOf(UnverifiedCommandException.class);
    }

    @Test
    void theSignedTimeMayBeFiveMinutesOffEitherWay() {
        Duration most = Duration.ofMinutes(5);
        assertThatCode(() -> verify(SIGNATURE, SENT.plus(most))).doesNotThrowAnyException();
        assertThatCode(() -> verify(SIGNATURE, SENT.minus(most))).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(SIGNATURE, SENT.plus(most).plusSeconds(1)))
                .hasMessageContaining("5 minutes");
        assertThatThrownBy(() -> verify(SIGNATURE, SENT.minus(most).minusSeconds(1)))
                .hasMessageContaining("5 minutes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "9223372036854775807", "-9223372036854775808", "1e9"})
    void aTimeThatIsNoneIsRefused(String timestamp) {
        String signed =
                StandardWebhooksSender.signatures(
                        ID, timestamp, new String(BODY, StandardCharsets.UTF_8), SECRET);
        assertThatThrownBy(() -> signature.verify(ID, timestamp, signed, BODY, SENT))
                .hasMessageContaining("webhook-timestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "whsec_", "whsec_c2hvcnQ=", "whsec_*"})
    void aSecretThatIsNoneStopsTheStartAndIsNotRepeated(String secret) {
        assertThatThrownBy(() -> new SignedCommandSettings(List.of(secret), Map.of()))
                .hasMessageStartingWith("HUB_COMMANDS_SECRET (hub.commands.secret) must be whsec_")
                .hasMessageContaining("openssl rand")
                .hasMessageNotContaining("c2hvcnQ=");
    }

    private void verify(String signatures, Instant now) {
        signature.verify(ID, TIMESTAMP, signatures, BODY, now);
    }
}
