package org.coexhub.event;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Phone numbers by their digits, and one spelling for those that exist in two. */
public final class PhoneDigits {

    private static final Pattern BRAZIL_SHORT = Pattern.compile("55([1-9]{2})([6-9]\\d{7})");
    private static final Pattern MEXICO_LONG = Pattern.compile("^521(\\d{10})$");
    private static final Pattern ARGENTINA_LONG = Pattern.compile("^549(\\d{10})$");

    private PhoneDigits() {}

    /** The digits of a phone number in whatever spelling; null for anything that is not one. */
    public static String of(String text) {
        StringBuilder digits = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && " +-().\u00a0".indexOf(c) < 0) {
                return null;
            }
            if (!digit && digits == null) {
                digits = new StringBuilder(text.length()).append(text, 0, i);
            } else if (digit && digits != null) {
                digits.append(c);
            }
        }
        String found = digits == null ? text : digits.toString();
        return found.isEmpty() ? null : found;
    }

    /** The spellings in which a customer's number may be known elsewhere, country code included; the given one first. */
    public static Set<String> spellings(String waId) {
        var spellings = new LinkedHashSet<String>();
        spellings.add(waId);
        String canonical = canonical(waId);
        spellings.add(canonical);
        if (canonical.matches("55[1-9]{2}9[6-9]\\d{7}")) {
            spellings.add(canonical.substring(0, 4) + canonical.substring(5));
        } else if (canonical.matches("52\\d{10}")) {
            spellings.add("521" + canonical.substring(2));
        } else if (canonical.matches("54\\d{10}")) {
            spellings.add("549" + canonical.substring(2));
        }
        return spellings;
    }

    /**
     * One spelling for the countries where the same mobile number exists with and without an extra digit: Brazil's ninth
     * digit, Mexico's 1 and Argentina's 9 after the country code. Used to recognise a customer, never to address one:
     * replies go to the wa_id that Meta gave. Partitions and the identity graph both go by it, so that what the graph
     * takes for one person is always worked off in order.
     */
    public static String canonical(String waId) {
        if (waId.startsWith("55")) {
            Matcher shortForm = BRAZIL_SHORT.matcher(waId);
            return shortForm.matches()
                    ? "55" + shortForm.group(1) + "9" + shortForm.group(2)
                    : waId;
        }
        if (waId.startsWith("521")) {
            return MEXICO_LONG.matcher(waId).replaceFirst("52$1");
        }
        if (waId.startsWith("549")) {
            return ARGENTINA_LONG.matcher(waId).replaceFirst("54$1");
        }
        return waId;
    }
}
