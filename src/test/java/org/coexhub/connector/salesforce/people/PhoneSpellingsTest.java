package org.coexhub.connector.salesforce.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class PhoneSpellingsTest {

    private final PhoneSpellings anywhere = new PhoneSpellings("");
    private final PhoneSpellings british = new PhoneSpellings("44");

    @ParameterizedTest
    @CsvSource({
        "447700900123, +44 7700 900123",
        "447700900123, +44 (0)7700 900-123",
        "447700900123, 0044 7700 900123",
        "447700900123, 447700900123",
        "447700900123, +44 7700 900123 ext. 12",
        "5511987654321, +55 11 8765-4321",
        "551187654321, +55 (11) 98765-4321",
        "5215512345678, +52 55 1234 5678",
        "5491123456789, +54 11 2345-6789"
    })
    void oneNumberInTwoSpellingsIsTheSame(String waId, String phone) {
        assertThat(anywhere.same(waId, phone)).isTrue();
        assertThat(anywhere.of(waId)).contains(waId);
    }

    @ParameterizedTest
    @CsvSource({
        "447700900123, +44 7700 900124",
        "447700900123, 07700 900123",
        "447700900123, +1 7700 900123",
        "447700900123, call me",
        "447700900123, 123"
    })
    void anotherNumberAndOneWithoutCountryAreNot(String waId, String phone) {
        assertThat(anywhere.same(waId, phone)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "x", "ext", "+", "0", "(0)"})
    void aPhoneFieldOfAnyLengthIsReadInNoTime(String pattern) {
        String phone = "1" + pattern.repeat(60_000 / pattern.length()) + "\n\n1";

        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThat(anywhere.same("447700900123", phone)).isFalse());
    }

    @Test
    void aNumberWithoutCountryIsOfTheCountryThatTheSettingsName() {
        assertThat(british.same("447700900123", "07700 900123")).isTrue();
        assertThat(british.same("447700900123", "7700900123")).isTrue();
        assertThat(british.same("17700900123", "07700 900123")).isFalse();
        assertThat(british.of("447700900123")).contains("7700900123", "07700900123");
    }

    @Test
    void bothSpellingsOfBrazilMexicoAndArgentinaAreSearchedFor() {
        assertThat(anywhere.of("551187654321")).contains("5511987654321");
        assertThat(anywhere.of("5511987654321")).contains("551187654321");
        assertThat(anywhere.of("525512345678")).contains("5215512345678");
        assertThat(anywhere.of("541123456789")).contains("5491123456789");
    }
}
