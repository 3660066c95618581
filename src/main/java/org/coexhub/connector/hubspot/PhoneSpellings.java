package org.coexhub.connector.hubspot;

import org.coexhub.event.PhoneDigits;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lists the spellings that one phone number may have in a CRM: with and without {@code +}, and, where a country has
 * both, with and without an extra digit. A number without country code belongs to somebody only where the settings say
 * which country such numbers are of: anything else would be a guess, and show one person's messages on another's
 * timeline.
 */
final class PhoneSpellings {

    /** By the ITU's list (E.164), in which no code begins with another; 1 and 7 have one digit, the others three. */
    private static final Pattern TWO_DIGIT_CODE =
            Pattern.compile("(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]).*");

    private final String countryCode;

    PhoneSpellings(String countryCode) {
        this.countryCode = countryCode;
    }

    /** All digits a person with this number may be found by, country code included; the given ones first. */
    Set<String> whole(String waId) {
        return PhoneDigits.spellings(waId);
    }

    /** The same without country code, as HubSpot's search has them, however they were typed. */
    Set<String> national(String waId) {
        int code = waId.matches("[17].*") ? 1 : TWO_DIGIT_CODE.matcher(waId).matches() ? 2 : 3;
        var spellings = new LinkedHashSet<String>();
        if (waId.length() > code) {
            whole(waId).forEach(digits -> spellings.add(digits.substring(code)));
        }
        return spellings;
    }

    /** Whether the text, as somebody typed it into a CRM, is this number. */
    boolean match(String typed, String waId) {
        String text = typed == null ? "" : typed.strip();
        String digits = PhoneDigits.of(text);
        if (digits == null) {
            return false;
        }
        String wanted = PhoneDigits.canonical(waId);
        boolean prefixed = !text.startsWith("+") && digits.startsWith("00");
        if (wanted.equals(PhoneDigits.canonical(prefixed ? digits.substring(2) : digits))) {
            return true;
        }
        return !text.startsWith("+")
                && !prefixed
                && isHome(waId)
                && national(waId).contains(digits.replaceFirst("^0", ""));
    }

    private boolean isHome(String waId) {
        return !countryCode.isEmpty() && waId.startsWith(countryCode);
    }
}
