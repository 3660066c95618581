package org.coexhub.sandbox.salesforce.soql;

/** A query that Salesforce refuses, or that this simulation does not understand; then the message says so. */
public final class SoqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    SoqlException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static SoqlException malformed(String message) {
        return new SoqlException("MALFORMED_QUERY", message);
    }

    public String code() {
        return code;
    }
}
