package org.coexhub.sandbox.salesforce.org;

import org.coexhub.sandbox.salesforce.describe.ObjectDescription;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An account with a last name is a person: Salesforce keeps a contact beside it and the two alike. Also the names of people. */
final class PersonAccounts {
    /** Field of the account, field of its contact. */
    private static final List<List<String>> SHARED =
            List.of(
                    List.of("FirstName", "FirstName"),
                    List.of("LastName", "LastName"),
                    List.of("Phone", "Phone"),
                    List.of("PersonMobilePhone", "MobilePhone"),
                    List.of("PersonHomePhone", "HomePhone"),
                    List.of("PersonEmail", "Email"),
                    List.of("WhatsApp_Id__pc", "WhatsApp_Id__c"));

    private final Records records;

    PersonAccounts(Records records) {
        this.records = records;
    }

    /** Before a record is stored. */
    void complete(ObjectDescription object, Map<String, Object> row) {
        if (row.get("LastName") != null) {
            row.put(
                    "Name",
                    Stream.of(row.get("FirstName"), row.get("LastName"))
                            .filter(Objects::nonNull)
                            .map(Object::toString)
                            .collect(Collectors.joining(" ")));
        }
        if (object.name().equals("Account")) {
            row.put("IsPersonAccount", row.get("LastName") != null);
            if (row.get("Name") == null) {
                throw RecordForm.missing("Name");
            }
        }
    }

    /** After a record is stored. */
    void follow(ObjectDescription object, Map<String, Object> account) {
        if (!object.name().equals("Account") || account.get("LastName") == null) {
            return;
        }
        Map<String, Object> contact = new LinkedHashMap<>();
        SHARED.forEach(pair -> contact.put(pair.get(1), account.get(pair.get(0))));
        ObjectDescription contacts = records.object("Contact");
        Object contactId = account.get("PersonContactId");
        if (contactId != null) {
            records.update(contacts, (String) contactId, contact);
            return;
        }
        contact.put("AccountId", account.get("Id"));
        String id = records.insert(contacts, contact);
        records.set(contacts, id, "IsPersonAccount", true);
        records.set(object, (String) account.get("Id"), "PersonContactId", id);
    }
}
