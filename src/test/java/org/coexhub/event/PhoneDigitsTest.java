package org.coexhub.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneDigitsTest {

    @ParameterizedTest
    @CsvSource({
        "551187654321, 5511987654321",
        "5511987654321, 5511987654321",
        "5215512345678, 525512345678",
        "525512345678, 525512345678",
        "5491112345678, 541112345678",
        "541112345678, 541112345678"
    })
    void bothFormsOfABrazilianMexicanOrArgentinianMobileHaveOneSpelling(
            String waId, String canonical) {
        assertThat(PhoneDigits.canonical(waId)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "551132654321", // a landline, which never had a ninth digit
                "550187654321", // no area begins with 0
                "4917055501",
                "52155123",
                "52155123456789", // too long for a Mexican number
                "54911123456789",
                "54911123",
                "5511",
                "US.1349",
                ""
            })
    void whatHasNoSecondFormStaysAsItIs(String waId) {
        assertThat(PhoneDigits.canonical(waId)).isEqualTo(waId);
    }

    @ParameterizedTest
    @CsvSource({
        "+49 (30) 5550-100, 49305550100",
        "49.30.5550.100, 49305550100",
        "4917055501, 4917055501"
    })
    void anySpellingOfANumberGivesItsDigits(String text, String digits) {
        assertThat(PhoneDigits.of(text)).isEqualTo(digits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+", " - ", "US.1349", "49 170 x", "١٢٣"})
    void whatIsNoNumberHasNoDigits(String text) {
        assertThat(PhoneDigits.of(text)).isNull();
    }
}
