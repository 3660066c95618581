package org.coexhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class WrongTokensTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final WrongTokens wrong = new WrongTokens(() -> now);

    @Test
    void aPlaceThatGivesTooManyWaitsForTheRestOfTheMinute() {
        spend("10.0.0.7");
        now = now.plusSeconds(20);

        var first = wrong.another("10.0.0.7").orElseThrow();
        var second = wrong.another("10.0.0.7").orElseThrow();

        assertThat(first.pause()).isEqualTo(Duration.ofSeconds(40));
        assertThat(first.first()).isTrue();
        assertThat(second.first()).isFalse();
        now = now.plusSeconds(40);
        assertThat(wrong.another("10.0.0.7")).isEmpty();
    }

    @Test
    void placesDoNotPayForEachOther() {
        spend("10.0.0.7");

        assertThat(wrong.another("10.0.0.8")).isEmpty();
    }

    @Test
    void anIpv6NetworkIsOnePlace() {
        spend("2001:db8:1:2::1");

        assertThat(wrong.another("2001:db8:1:2:ffff::9")).isPresent();
        assertThat(wrong.another("2001:db8:1:3::1")).isEmpty();
    }

    @Test
    void manyPlacesDoNotFillTheMemory() {
        spend("10.0.0.7");

        for (int i = 0; i < 10_000; i++) {
            wrong.another("11.%d.%d.1".formatted(i / 250, i % 250));
        }

        assertThat(wrong.another("10.0.0.7")).as("forgotten").isEmpty();
    }

    private void spend(String address) {
        for (int i = 0; i < WrongTokens.MOST; i++) {
            assertThat(wrong.another(address)).isEmpty();
        }
    }
}
