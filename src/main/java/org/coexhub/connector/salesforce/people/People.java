package org.coexhub.connector.salesforce.people;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.salesforce.client.SalesforceClient;
import org.coexhub.connector.salesforce.client.SalesforceFault;
import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.coexhub.connector.salesforce.client.SalesforceSettings.Create;
import org.coexhub.connector.salesforce.map.Customer;
import org.coexhub.connector.salesforce.map.CustomerMove;
import org.coexhub.connector.salesforce.map.FieldMap;
import org.coexhub.connector.salesforce.map.MappingCheck;
import org.coexhub.connector.salesforce.map.MappingFile;
import org.coexhub.connector.salesforce.map.PersonValue;
import org.coexhub.event.PhoneSpellings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds, remembers and by policy creates the records that customers are.
 *
 * <p>Looking up: the store; then Salesforce by WhatsApp id, then by phone. One Contact (a Person Account has one) goes
 * before one open Lead; several of either are left to a person by a Task, once. Whom nobody is becomes a Lead or Contact
 * where the settings say so, by an upsert on the WhatsApp id, so that a repeated attempt makes nobody twice.
 */
@Component
public class People {

    private static final Logger LOG = LoggerFactory.getLogger(People.class);
    private static final int AT_ONCE = 200;

    private final SalesforceClient client;
    private final SalesforceSettings settings;
    private final PersonStore store;
    private final MappingFile mapping;
    private final PersonLookup lookup;

    People(
            SalesforceClient client,
            SalesforceSettings settings,
            PersonStore store,
            MappingFile mapping) {
        this.client = client;
        this.settings = settings;
        this.store = store;
        this.mapping = mapping;
        this.lookup = new PersonLookup(client, new PhoneSpellings(settings.countryCode()), mapping);
    }

    /** By the customers' keys; everybody asked for is there. */
    public Map<String, Person> find(
            Collection<Customer> customers, MappingCheck org, boolean mayCreate) {
        var known = new HashMap<String, Person>();
        var before = store.find(customers.stream().map(Customer::key).toList());
        var unknown = new LinkedHashMap<String, Customer>();
        for (Customer customer : customers) {
            PersonStore.Remembered remembered = before.get(customer.key());
            if (remembered != null && remembered.fresh()) {
                known.put(customer.key(), remembered.person());
            } else {
                unknown.put(customer.key(), customer);
            }
        }
        if (unknown.isEmpty()) {
            return known;
        }
        Map<String, PersonLookup.Found> found = lookup.find(unknown.values());
        var learnt = new LinkedHashMap<String, Person>();
        var strangers = new ArrayList<Customer>();
        var doubts = new LinkedHashMap<Customer, List<Person>>();
        for (Customer customer : unknown.values()) {
            PersonLookup.Found of = found.get(customer.key());
            if (of == null) {
                strangers.add(customer);
            } else if (of.candidates().size() == 1) {
                learnt.put(customer.key(), of.candidates().getFirst());
            } else {
                learnt.put(customer.key(), Person.SEVERAL);
                PersonStore.Remembered remembered = before.get(customer.key());
                if (remembered == null || remembered.person().kind() != Person.Kind.SEVERAL) {
                    doubts.put(customer, of.candidates());
                }
            }
        }
        strangers.forEach(customer -> learnt.put(customer.key(), Person.NOBODY));
        if (mayCreate && settings.create() != Create.NEVER) {
            create(strangers, org, learnt, doubts);
        }
        noteWhatsappIds(unknown, found, learnt);
        // The last call before all is remembered: what is repeated after a failure asks nobody
        // twice.
        askPeople(doubts, org);
        if (mayCreate) {
            store.remember(learnt);
        } else {
            // That nobody was found here must not keep the live way from creating.
            store.remember(
                    learnt.entrySet().stream()
                            .filter(e -> e.getValue().kind() != Person.Kind.NOBODY)
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
        known.putAll(learnt);
        return known;
    }

    /** Whoever has a new number stays the record that they were, and the record learns the new WhatsApp id. */
    public void follow(Collection<CustomerMove> moves) {
        for (CustomerMove move : moves) {
            Person person = known(move.from());
            if (person != null && person.recordId() != null) {
                ObjectNode request = request();
                request.putArray("records").add(withWhatsappId(person, move.to()));
                JsonNode answer =
                        client.patch("note-whatsapp-ids", "/composite/sobjects", request).path(0);
                if (!answer.path("success").asBoolean()) {
                    notMoved(move, SalesforceFault.of(null, answer.path("errors").path(0)));
                } else {
                    store.remember(Map.of(move.to().key(), person));
                }
            }
        }
    }

    /** A record that is gone is nobody's any more; what passes is tried again. */
    private void notMoved(CustomerMove move, SalesforceFault fault) {
        if (fault.passes()) {
            throw fault.verdict();
        }
        LOG.warn("The new WhatsApp id of a record could not be noted: {}", fault);
        if (fault.staleReference()) {
            store.forget(List.of(move.from().key()));
        }
    }

    private Person known(Customer customer) {
        PersonStore.Remembered remembered = store.find(List.of(customer.key())).get(customer.key());
        if (remembered != null && remembered.fresh()) {
            return remembered.person();
        }
        PersonLookup.Found found = lookup.find(List.of(customer)).get(customer.key());
        return found == null || found.candidates().size() != 1
                ? null
                : found.candidates().getFirst();
    }

    /** Records that turned out to be gone are asked for anew. */
    public void forget(Collection<String> customers) {
        store.forget(customers);
    }

    private void create(
            List<Customer> strangers,
            MappingCheck org,
            Map<String, Person> learnt,
            Map<Customer, List<Person>> doubts) {
        boolean lead = settings.create() == Create.LEAD;
        FieldMap<PersonValue> as = lead ? mapping.lead() : mapping.contact();
        for (int from = 0; from < strangers.size(); from += AT_ONCE) {
            List<Customer> part =
                    strangers.subList(from, Math.min(strangers.size(), from + AT_ONCE));
            ObjectNode request = request();
            ArrayNode records = request.putArray("records");
            for (Customer customer : part) {
                records.add(
                        as.record(values(customer, null), org.lengths())
                                .put(mapping.whatsappId(), whatsappId(customer)));
            }
            JsonNode answers =
                    client.patch(
                            "create-" + (lead ? "leads" : "contacts"),
                            "/composite/sobjects/" + as.object() + "/" + mapping.whatsappId(),
                            request);
            for (int i = 0; i < part.size(); i++) {
                JsonNode answer = answers.path(i);
                String key = part.get(i).key();
                if (answer.path("success").asBoolean()) {
                    String id = answer.path("id").asText();
                    learnt.put(key, lead ? Person.lead(id) : Person.contact(id, null));
                } else {
                    refused(part.get(i), answer.path("errors").path(0), learnt, doubts);
                }
            }
        }
    }

    /** The message is not held up: it is written without the person. */
    private static void refused(
            Customer customer,
            JsonNode error,
            Map<String, Person> learnt,
            Map<Customer, List<Person>> doubts) {
        SalesforceFault fault = SalesforceFault.of(null, error);
        if (fault.passes()) {
            throw fault.verdict();
        }
        LOG.warn("A customer could not be created: {}", fault);
        if (fault.code().equals("DUPLICATES_DETECTED")) {
            learnt.put(customer.key(), Person.SEVERAL);
            doubts.put(customer, List.of());
        }
    }

    private void askPeople(Map<Customer, List<Person>> doubts, MappingCheck org) {
        List<Customer> customers = List.copyOf(doubts.keySet());
        for (int from = 0; from < customers.size(); from += AT_ONCE) {
            ObjectNode request = request();
            ArrayNode records = request.putArray("records");
            for (Customer customer :
                    customers.subList(from, Math.min(customers.size(), from + AT_ONCE))) {
                records.add(
                        mapping.review()
                                .record(values(customer, doubts.get(customer)), org.lengths()));
            }
            JsonNode answers = client.post("ask-people", "/composite/sobjects", request);
            for (JsonNode answer : answers) {
                if (!answer.path("success").asBoolean(true)) {
                    LOG.warn(
                            "A task about an ambiguous customer could not be created: {}",
                            SalesforceFault.of(null, answer.path("errors").path(0)));
                }
            }
        }
    }

    /** Whoever was found by phone is found by id from now on, also by reports and Flows. */
    private void noteWhatsappIds(
            Map<String, Customer> customers,
            Map<String, PersonLookup.Found> found,
            Map<String, Person> learnt) {
        var news = new LinkedHashMap<String, ObjectNode>();
        found.forEach(
                (key, of) -> {
                    Person person = learnt.get(key);
                    if (of.byPhone() && person.recordId() != null) {
                        // One call must not name a record twice.
                        news.putIfAbsent(
                                person.recordId(), withWhatsappId(person, customers.get(key)));
                    }
                });
        List<ObjectNode> records = List.copyOf(news.values());
        for (int from = 0; from < records.size(); from += AT_ONCE) {
            ObjectNode request = request();
            request.putArray("records")
                    .addAll(records.subList(from, Math.min(records.size(), from + AT_ONCE)));
            JsonNode answers = client.patch("note-whatsapp-ids", "/composite/sobjects", request);
            for (JsonNode answer : answers) {
                if (!answer.path("success").asBoolean(true)) {
                    LOG.info(
                            "The WhatsApp id of a record could not be noted: {}",
                            SalesforceFault.of(null, answer.path("errors").path(0)));
                }
            }
        }
    }

    private ObjectNode withWhatsappId(Person person, Customer customer) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        record.putObject("attributes")
                .put(
                        "type",
                        person.kind() == Person.Kind.LEAD
                                ? mapping.lead().object()
                                : mapping.contact().object());
        return record.put("Id", person.recordId()).put(mapping.whatsappId(), whatsappId(customer));
    }

    private static ObjectNode request() {
        return JsonNodeFactory.instance.objectNode().put("allOrNone", false);
    }

    private static String whatsappId(Customer customer) {
        return customer.key();
    }

    private static Map<PersonValue, String> values(Customer customer, List<Person> candidates) {
        var values = new EnumMap<PersonValue, String>(PersonValue.class);
        String phone = customer.phone();
        values.put(PersonValue.PHONE, phone);
        values.put(PersonValue.USER_ID, customer.bsuid());
        values.put(PersonValue.WHATSAPP_ID, whatsappId(customer));
        values.put(
                PersonValue.NAME,
                customer.name() != null ? customer.name() : phone != null ? phone : customer.key());
        if (candidates != null) {
            values.put(
                    PersonValue.CANDIDATES,
                    (customer.name() == null ? "" : customer.name() + ", ")
                            + (phone == null ? customer.key() : phone)
                            + "\nMessages stay without Contact and Lead until one of these is left"
                            + " with this number, or has it as WhatsApp id:\n"
                            + (candidates.isEmpty()
                                    ? "(found by the org's duplicate rules)"
                                    : candidates.stream()
                                            .map(Person::recordId)
                                            .collect(Collectors.joining("\n"))));
        }
        return values;
    }
}
