package org.coexhub.connector.salesforce.people;

import java.util.Locale;

/**
 * The record of a customer in the org, or that there is none or more than one.
 *
 * @param recordId of the Contact or Lead; null for the other kinds
 * @param accountId of a Contact that has one, a Person Account among them
 * @param askedNow just found out, not remembered
 */
public record Person(Kind kind, String recordId, String accountId, boolean askedNow) {

    static final Person SEVERAL = new Person(Kind.SEVERAL, null, null, true);
    static final Person NOBODY = new Person(Kind.NOBODY, null, null, true);

    /** What was found. */
    public enum Kind {
        CONTACT,
        LEAD,
        /** More than one record; a person has to decide. */
        SEVERAL,
        NOBODY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Person contact(String id, String account) {
        return new Person(Kind.CONTACT, id, account, true);
    }

    static Person lead(String id) {
        return new Person(Kind.LEAD, id, null, true);
    }
}
