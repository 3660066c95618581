package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** The simulated org as its people see it. An agent writes by publishing {@code WhatsApp_Send__e}. */
final class SalesforcePanel implements CrmPanel {
    private static final int SHOWN = 300;
    private static final String SEND = "WhatsApp_Send__e";
    private static final DateTimeFormatter STORED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    private final SimulatedSalesforce salesforce;
    private final SimulatedOrg org;
    private final String phoneNumberId;

    SalesforcePanel(SimulatedSalesforce salesforce, String phoneNumberId) {
        this.salesforce = salesforce;
        this.org = salesforce.org();
        this.phoneNumberId = phoneNumberId;
    }

    @Override
    public String id() {
        return "salesforce";
    }

    @Override
    public void onChange(Runnable listener) {
        org.onChange(listener);
    }

    @Override
    public void write(String person, String text) {
        Person to =
                people().stream()
                        .filter(each -> each.id().equals(person))
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalArgumentException("Nobody has the id " + person));
        if (to.address() == null) {
            throw new IllegalArgumentException(
                    to.name() + " has no phone number and no WhatsApp id");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Client_Ref__c", "agent-" + UUID.randomUUID());
        fields.put("To__c", to.address());
        fields.put("Phone_Number_Id__c", phoneNumberId);
        fields.put("Kind__c", "text");
        fields.put("Text__c", text);
        fields.put("Record_Id__c", person);
        org.publish(SEND, fields);
    }

    @Override
    public View view() {
        List<Message> messages = new ArrayList<>();
        Set<Object> done = new HashSet<>();
        List<Map<String, Object>> rows = org.latest("WhatsApp_Message__c", SHOWN);
        for (Map<String, Object> row : rows) {
            done.add(row.get("Client_Ref__c"));
            messages.add(message(row));
        }
        // Of what was asked for longer ago than that, the record may be one that is not shown.
        Instant since =
                rows.size() < SHOWN ? Instant.MIN : instant(text(rows.get(0), "CreatedDate"));
        messages.addAll(asked(done, since));
        messages.sort(Comparator.comparing(Message::at));
        return new View(
                "Salesforce",
                "%,d of %,d API calls today, %s"
                        .formatted(
                                salesforce.apiCallsToday(),
                                salesforce.apiCallsPerDay(),
                                salesforce.subscribers() > 0
                                        ? "the hub listens"
                                        : "nobody listens to events"),
                "publishes WhatsApp_Send__e",
                people(),
                messages,
                notes());
    }

    private List<Person> people() {
        Stream<Person> contacts =
                org.latest("Contact", SHOWN).stream()
                        .map(
                                row ->
                                        person(
                                                row,
                                                Boolean.TRUE.equals(row.get("IsPersonAccount"))
                                                        ? "Person account"
                                                        : "Contact"));
        Stream<Person> leads = org.latest("Lead", SHOWN).stream().map(row -> person(row, "Lead"));
        return Stream.concat(contacts, leads).toList();
    }

    private static Person person(Map<String, Object> row, String kind) {
        return new Person(
                text(row, "Id"),
                kind,
                text(row, "Name"),
                first(row, "WhatsApp_Id__c", "MobilePhone", "Phone", "HomePhone"),
                row.get("WhatsApp_Id__c") != null);
    }

    private static Message message(Map<String, Object> row) {
        String type = Objects.toString(row.get("Type__c"), "message");
        String problem = first(row, "Error_Text__c", "Error_Code__c");
        return new Message(
                text(row, "Id"),
                first(row, "Contact__c", "Lead__c"),
                first(row, "Contact_Phone__c", "Whatsapp_User_Id__c"),
                side(row),
                Objects.toString(row.get("Body__c"), "[" + type + "]"),
                text(row, "Status__c"),
                problem,
                instant(first(row, "Sent_At__c", "CreatedDate")));
    }

    private static Side side(Map<String, Object> row) {
        if ("Inbound".equals(row.get("Direction__c"))) {
            return Side.CUSTOMER;
        }
        return "Hub".equals(row.get("Origin__c")) ? Side.HUB : Side.APP;
    }

    /** What agents have asked for and no record of a message tells of yet, with the outcome if it was not sent. */
    private List<Message> asked(Set<Object> done, Instant since) {
        Map<Object, Map<String, Object>> results = new HashMap<>();
        List<BusEvent> events = salesforce.publishes();
        for (BusEvent event : events) {
            if (event.object().equals("WhatsApp_Send_Result__e")) {
                results.put(event.fields().get("Client_Ref__c"), event.fields());
            }
        }
        return events.stream()
                .filter(event -> event.object().equals(SEND) && event.at().isAfter(since))
                .filter(event -> !done.contains(event.fields().get("Client_Ref__c")))
                .map(
                        event ->
                                asked(
                                        event,
                                        results.getOrDefault(
                                                event.fields().get("Client_Ref__c"), Map.of())))
                .toList();
    }

    private static Message asked(BusEvent event, Map<String, Object> result) {
        return new Message(
                event.id(),
                text(event.fields(), "Record_Id__c"),
                text(event.fields(), "To__c"),
                Side.HUB,
                Objects.toString(event.fields().get("Text__c"), ""),
                Objects.toString(result.get("Status__c"), "published"),
                first(result, "Error_Text__c", "Error_Code__c"),
                event.at());
    }

    private List<Note> notes() {
        return org.latest("Task", SHOWN).stream()
                .map(
                        row ->
                                new Note(
                                        text(row, "Id"),
                                        text(row, "Subject"),
                                        text(row, "Description")))
                .toList()
                .reversed();
    }

    private static Instant instant(String stored) {
        return OffsetDateTime.parse(stored, STORED).toInstant();
    }

    private static String first(Map<String, Object> row, String... fields) {
        return Stream.of(fields)
                .map(field -> text(row, field))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String text(Map<String, Object> row, String field) {
        return (String) row.get(field);
    }
}
