package org.coexhub.sandbox.salesforce.org;

import java.util.concurrent.atomic.AtomicLong;

/** Ids as Salesforce gives them: 15 characters that depend on letter case, and 3 more that make them safe where case is lost. */
public final class SalesforceId {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private static final String INSTANCE = "Hb0";

    private final AtomicLong last = new AtomicLong();

    String next(String prefix) {
        return of(prefix, last.incrementAndGet());
    }

    static String of(String prefix, long number) {
        StringBuilder digits = new StringBuilder();
        for (long rest = number; digits.length() < 9; rest /= DIGITS.length()) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
        }
        return withChecksum(prefix + INSTANCE + digits.reverse());
    }

    /** The 18 character form of an id, or null if the text is not an id at all. */
    public static String full(String id) {
        if (id == null || !id.matches("[0-9A-Za-z]{15}([0-9A-Za-z]{3})?")) {
            return null;
        }
        return withChecksum(id.substring(0, 15));
    }

    private static String withChecksum(String fifteen) {
        StringBuilder full = new StringBuilder(fifteen);
        for (int chunk = 0; chunk < 15; chunk += 5) {
            int upperCase = 0;
            for (int i = 0; i < 5; i++) {
                if (Character.isUpperCase(fifteen.charAt(chunk + i))) {
                    upperCase |= 1 << i;
                }
            }
            full.append(CHECKSUM.charAt(upperCase));
        }
        return full.toString();
    }
}
