package org.coexhub.connector.salesforce.people;

import org.coexhub.event.PhoneDigits;

import java.util.Set;

/**
 * A customer's number in the spellings an org may have it, and whether a number of the org is the customer's. A number
 * without country code belongs to somebody only where the settings say of which country the org's numbers are: anything
 * else would be a guess.
 */
final class PhoneSpellings {

    private final String countryCode;

    PhoneSpellings(String countryCode) {
        this.countryCode = countryCode;
    }

    /** Digits to search for; Salesforce itself ignores the punctuation of its phone fields. */
    Set<String> of(String waId) {
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

    boolean same(String waId, String phone) {
        String digits = PhoneDigits.of(withoutExtension(phone).strip());
        if (digits == null) {
            return false;
        }
        String wanted = PhoneDigits.canonical(waId);
        if (phone.strip().startsWith("+")) {
            // "+44 (0)7700 …" is an old habit in print.
            return wanted.equals(PhoneDigits.canonical(digits))
                    || wanted.equals(
                            PhoneDigits.canonical(phone.replace("(0)", "").replaceAll("\\D", "")));
        }
        if (digits.startsWith("00")) {
            return wanted.equals(PhoneDigits.canonical(digits.substring(2)));
        }
        if (!countryCode.isEmpty()) {
            String national = digits.startsWith("0") ? digits.substring(1) : digits;
            if (wanted.equals(PhoneDigits.canonical(countryCode + national))) {
                return true;
            }
        }
        return wanted.equals(PhoneDigits.canonical(digits));
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
