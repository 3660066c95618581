package org.coexhub.connector.salesforce.map;

import java.util.Optional;

/**
 * The text that a command of Salesforce carries through the hub: {@code sf:<Client_Ref__c>:<Record_Id__c>}. The record
 * id, which has no colon, is the part after the last one; a client reference may have some.
 *
 * @param clientRef or null
 * @param recordId or null
 */
record Correlation(String clientRef, String recordId) {

    private static final String PREFIX = "sf:";

    /** Empty for commands of others. */
    static Optional<Correlation> parse(String text) {
        if (text == null || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String rest = text.substring(PREFIX.length());
        int colon = rest.lastIndexOf(':');
        return Optional.of(
                colon < 0
                        ? new Correlation(given(rest), null)
                        : new Correlation(
                                given(rest.substring(0, colon)), given(rest.substring(colon + 1))));
    }

    private static String given(String text) {
        return text.isBlank() ? null : text;
    }
}
