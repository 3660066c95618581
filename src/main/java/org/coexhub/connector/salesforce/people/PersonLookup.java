package org.coexhub.connector.salesforce.people;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.salesforce.client.SalesforceClient;
import org.coexhub.connector.salesforce.client.SalesforceFault;
import org.coexhub.connector.salesforce.map.Customer;
import org.coexhub.connector.salesforce.map.MappingFile;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.PhoneSpellings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks Salesforce who customers are, many at once: by their WhatsApp id in one composite call, and the rest by their
 * number in a search over all phone fields.
 */
final class PersonLookup {

    /** What a search term list may grow to; an address of 16 KB is the most that Salesforce takes. */
    private static final int LONGEST_SEARCH = 8_000;

    private static final int IDS_AT_ONCE = 400;

    private final SalesforceClient client;
    private final PhoneSpellings spellings;
    private final MappingFile mapping;

    PersonLookup(SalesforceClient client, PhoneSpellings spellings, MappingFile mapping) {
        this.client = client;
        this.spellings = spellings;
        this.mapping = mapping;
    }

    /**
     * What was found of one customer, Contacts before Leads.
     *
     * @param byPhone the WhatsApp id is not in the record yet
     */
    record Found(List<Person> candidates, boolean byPhone) {}

    /** By the customer's key; whom nobody is is missing. */
    Map<String, Found> find(Collection<Customer> customers) {
        var found = new LinkedHashMap<>(byId(customers));
        List<Customer> unknown =
                customers.stream()
                        .filter(c -> c.waId() != null && !found.containsKey(c.key()))
                        .toList();
        var part = new ArrayList<Customer>();
        var terms = new LinkedHashSet<String>();
        for (Customer customer : unknown) {
            part.add(customer);
            terms.addAll(spellings.of(customer.waId()));
            if (terms.size() * 20 > LONGEST_SEARCH) {
                found.putAll(byPhone(part, terms));
                part.clear();
                terms.clear();
            }
        }
        if (!part.isEmpty()) {
            found.putAll(byPhone(part, terms));
        }
        return found;
    }

    private Map<String, Found> byId(Collection<Customer> customers) {
        var wanted = new LinkedHashMap<String, String>();
        for (Customer customer : customers) {
            if (customer.waId() != null) {
                spellings.of(customer.waId()).forEach(id -> wanted.put(id, customer.key()));
            }
            if (customer.bsuid() != null) {
                wanted.put(customer.bsuid(), customer.key());
            }
        }
        var contacts = new HashMap<String, Set<Person>>();
        var leads = new HashMap<String, Set<Person>>();
        List<String> ids = List.copyOf(wanted.keySet());
        for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
            List<String> part = ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE));
            JsonNode answer = client.post("find-by-id", "/composite", questions(part));
            for (JsonNode response : answer.path("compositeResponse")) {
                boolean lead = "leads".equals(response.path("referenceId").asText());
                for (JsonNode record : records(response)) {
                    String id = record.path(mapping.whatsappId()).asText();
                    String key = wanted.getOrDefault(id, wanted.get(PhoneDigits.canonical(id)));
                    if (key != null) {
                        (lead ? leads : contacts)
                                .computeIfAbsent(key, k -> new LinkedHashSet<>())
                                .add(person(record, lead));
                    }
                }
            }
        }
        return choose(contacts, leads, false);
    }

    private ObjectNode questions(List<String> ids) {
        String list =
                ids.stream()
                        .map(id -> "'" + id.replace("\\", "\\\\").replace("'", "\\'") + "'")
                        .collect(Collectors.joining(","));
        ObjectNode questions = JsonNodeFactory.instance.objectNode();
        ArrayNode requests = questions.put("allOrNone", false).putArray("compositeRequest");
        ask(
                requests,
                "contacts",
                "SELECT Id, AccountId, "
                        + mapping.whatsappId()
                        + " FROM Contact WHERE "
                        + mapping.whatsappId()
                        + " IN ("
                        + list
                        + ")");
        ask(
                requests,
                "leads",
                "SELECT Id, "
                        + mapping.whatsappId()
                        + " FROM Lead WHERE IsConverted = false AND "
                        + mapping.whatsappId()
                        + " IN ("
                        + list
                        + ")");
        return questions;
    }

    private void ask(ArrayNode requests, String reference, String soql) {
        requests.addObject()
                .put("method", "GET")
                .put("url", client.versioned("/query?q=" + SalesforceClient.encoded(soql)))
                .put("referenceId", reference);
    }

    private static JsonNode records(JsonNode response) {
        int status = response.path("httpStatusCode").asInt();
        if (status >= 300) {
            throw SalesforceFault.of(status, response.path("body").path(0)).verdict();
        }
        return response.path("body").path("records");
    }

    private Map<String, Found> byPhone(List<Customer> customers, Set<String> terms) {
        String contactPhones = String.join(", ", mapping.contactPhones());
        String leadPhones = String.join(", ", mapping.leadPhones());
        String sosl =
                "FIND {"
                        + String.join(" OR ", terms)
                        + "} IN PHONE FIELDS RETURNING Contact(Id, AccountId, "
                        + contactPhones
                        + "), Lead(Id, "
                        + leadPhones
                        + " WHERE IsConverted = false)";
        JsonNode answer =
                client.get("find-by-phone", "/search?q=" + SalesforceClient.encoded(sosl));
        var contacts = new HashMap<String, Set<Person>>();
        var leads = new HashMap<String, Set<Person>>();
        for (JsonNode record : answer.path("searchRecords")) {
            boolean lead = record.path("attributes").path("type").asText().equals("Lead");
            List<String> fields = lead ? mapping.leadPhones() : mapping.contactPhones();
            for (Customer customer : customers) {
                if (fields.stream()
                        .map(field -> record.path(field).asText(""))
                        .anyMatch(p -> !p.isBlank() && spellings.match(p, customer.waId()))) {
                    (lead ? leads : contacts)
                            .computeIfAbsent(customer.key(), k -> new LinkedHashSet<>())
                            .add(person(record, lead));
                }
            }
        }
        return choose(contacts, leads, true);
    }

    private static Map<String, Found> choose(
            Map<String, Set<Person>> contacts, Map<String, Set<Person>> leads, boolean byPhone) {
        var found = new HashMap<String, Found>();
        leads.forEach((key, people) -> found.put(key, new Found(List.copyOf(people), byPhone)));
        contacts.forEach((key, people) -> found.put(key, new Found(List.copyOf(people), byPhone)));
        return found;
    }

    private static Person person(JsonNode record, boolean lead) {
        String id = record.path("Id").asText();
        String account = record.path("AccountId").asText("");
        return lead
                ? Person.lead(id)
                : Person.contact(id, account.isEmpty() || account.equals("null") ? null : account);
    }
}
