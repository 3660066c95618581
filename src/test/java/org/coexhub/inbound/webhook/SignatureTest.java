package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class SignatureTest {

    private static final byte[] BODY = "Hello, World!".getBytes(StandardCharsets.UTF_8);
    private static final String PUBLISHED =
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    private final Signature signature =
            new Signature(List.of("old secret", "It's a Secret to Everybody"));

    @Test
    void acceptsThePublishedVector() {
        assertThat(signature.matches(PUBLISHED, BODY)).isTrue();
        assertThat(MetaSignature.of("It's a Secret to Everybody", BODY)).isEqualTo(PUBLISHED);
    }

    @Test
    void acceptsUpperCaseDigits() {
        assertThat(signature.matches("sha256=" + PUBLISHED.substring(7).toUpperCase(), BODY))
                .isTrue();
    }

    @Test
    void acceptsNothingWithoutASecret() {
        assertThat(new Signature(List.of()).matches(PUBLISHED, BODY)).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e170",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18",
                "sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void refusesEveryOtherHeaderWithoutThrowing(String header) {
        assertThat(signature.matches(header, BODY)).isFalse();
    }
}
