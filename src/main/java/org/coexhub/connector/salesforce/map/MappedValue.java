package org.coexhub.connector.salesforce.map;

/** A value that the mapping file can ask for. */
public interface MappedValue {

    /** Which fields of an org can take it. */
    enum Form {
        TEXT,
        TIME,
        NUMBER,
        REFERENCE
    }

    Form form();
}
