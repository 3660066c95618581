package org.coexhub.event;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The spellings in which a CRM may have one phone number: with and without {@code +}, country code and a leading zero,
 * and, where a country has both, with and without an extra digit. A number without country code belongs to somebody only
 * where the settings say which country such numbers are of: anything else would be a guess, and show one person's
 * messages to another.
 */
public final class PhoneSpellings {

    /** By the ITU's list (E.164), in which no code begins with another; 1 and 7 have one digit, the others three. */
    private static final Pattern TWO_DIGIT_CODE =
            Pattern.compile("(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]).*");

    private final String countryCode;

    /** @param countryCode of numbers that the CRM has without one; empty where it is not known */
    public PhoneSpellings(String countryCode) {
        this.countryCode = countryCode;
    }

    /** All digits a person with this number may be found by. */
    public Set<String> of(String waId) {
        Set<String> spellings = PhoneDigits.spellings(waId);
        if (!countryCode.isEmpty()) {
            for (String full : Set.copyOf(spellings)) {
                if (full.startsWith(countryCode)) {
                    String national = full.substring(countryCode.length());
                    spellings.add(national);
                    spellings.add("0" + national);
                }
            }
        }
        return spellings;
    }

    /** The number without its country code, whatever country that is of and however it was typed. */
    public static Set<String> national(String waId) {
        int code = waId.matches("[17].*") ? 1 : TWO_DIGIT_CODE.matcher(waId).matches() ? 2 : 3;
        var spellings = new LinkedHashSet<String>();
        if (waId.length() > code) {
            PhoneDigits.spellings(waId).forEach(digits -> spellings.add(digits.substring(code)));
        }
        return spellings;
    }

    /** Whether the text, as somebody typed it into a CRM, is this number. */
    public boolean match(String typed, String waId) {
        if (typed == null) {
            return false;
        }
        String phone = withoutExtension(typed).strip();
        String digits = PhoneDigits.of(phone);
        if (digits == null) {
            return false;
        }
        if (phone.startsWith("+")) {
            // "+44 (0)7700 …" is an old habit in print.
            return same(digits, waId) || same(phone.replace("(0)", "").replaceAll("\\D", ""), waId);
        }
        if (digits.startsWith("00")) {
            return same(digits.substring(2), waId);
        }
        // Italy's numbers keep their zero behind the country code.
        return same(digits, waId)
                || isOfHome(digits, waId)
                || isOfHome(digits.replaceFirst("^0", ""), waId);
    }

    private boolean isOfHome(String national, String waId) {
        return !countryCode.isEmpty() && same(countryCode + national, waId);
    }

    private static boolean same(String digits, String waId) {
        return PhoneDigits.canonical(digits).equals(PhoneDigits.canonical(waId));
    }

    private static String withoutExtension(String phone) {
        for (int at = 0; at < phone.length(); at++) {
            if (phone.regionMatches(true, at, "x", 0, 1)
                    || phone.regionMatches(true, at, "ext", 0, 3)) {
                return phone.substring(0, at);
            }
        }
        return phone;
    }
}
