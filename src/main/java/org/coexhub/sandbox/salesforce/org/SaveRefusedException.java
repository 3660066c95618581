package org.coexhub.sandbox.salesforce.org;

import java.util.List;

/** The reason why one record was not saved, in Salesforce's words. */
public final class SaveRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final List<String> fields;

    public SaveRefusedException(String code, String message, String... fields) {
        super(message, null, false, false);
        this.code = code;
        this.fields = List.of(fields);
    }

    /** Such as {@code REQUIRED_FIELD_MISSING}. */
    public String code() {
        return code;
    }

    public List<String> fields() {
        return fields;
    }

    /** The request itself cannot be read: of a list of records none is saved. */
    public boolean malformed() {
        return code.equals("JSON_PARSER_ERROR")
                || code.equals("INVALID_FIELD") && getMessage().startsWith("No such column");
    }
}
