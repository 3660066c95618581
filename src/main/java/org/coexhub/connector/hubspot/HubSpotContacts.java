package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.hubspot.HubSpotBatch.Message;
import org.coexhub.connector.hubspot.HubSpotClient.Answer;
import org.coexhub.connector.hubspot.HubSpotSettings.CreateContacts;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.PhoneSpellings;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the contact on whose timeline a message belongs, or makes one.
 *
 * <p>A contact that the hub has dealt with carries the person's id in {@code whatsapp_id}, a unique property, and is
 * read by it. Anybody else is searched for by phone number once, in the spellings people use in a CRM, and marked with
 * that id. More than one contact with the number is no answer: the hub does not guess, but goes on as if there were
 * none, and HubSpot's own tool for duplicates shows both. A contact is made by upsert on the unique property, so that a
 * repeated request, or a search index that lags behind, makes no second one.
 */
@Component
class HubSpotContacts {

    private static final int MOST_REMEMBERED = 10_000;

    /** A search may be 3,000 characters long, and there may be five in a second. */
    private static final int PEOPLE_PER_SEARCH = 8;

    private static final int MOST_RESULTS = 200;
    private static final List<String> TYPED =
            List.of("phone", "mobilephone", "hs_whatsapp_phone_number");
    private static final List<String> NATIONAL =
            List.of(
                    "hs_searchable_calculated_phone_number",
                    "hs_searchable_calculated_mobile_number");

    private final HubSpotClient hubSpot;
    private final CreateContacts policy;
    private final PhoneSpellings phones;
    private final MeterRegistry meters;
    private final JsonNodeFactory json = JsonNodeFactory.instance;
    private final Map<String, String> remembered =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /** Of the batch in hand. */
    private final Set<String> searchedInVain = new HashSet<>();

    HubSpotContacts(HubSpotClient hubSpot, HubSpotSettings settings, MeterRegistry meters) {
        this.hubSpot = hubSpot;
        this.policy = settings.createContacts();
        this.phones = new PhoneSpellings(settings.countryCode());
        this.meters = meters;
    }

    /**
     * @param ids of contacts by {@link HubSpotCustomer#id}; who has none and gets none is not in it
     * @param remembered whether any of them was not asked for now
     * @param refused whom HubSpot would make no contact of, with its reason
     */
    record Found(Map<String, String> ids, boolean remembered, Map<String, String> refused) {}

    synchronized Found of(List<Message> messages) throws IOException {
        var people = new LinkedHashMap<String, HubSpotCustomer>();
        var customers = new LinkedHashSet<String>();
        for (Message message : messages) {
            people.merge(message.person().id(), message.person(), HubSpotContacts::better);
            if (message.written()) {
                customers.add(message.person().id());
            }
        }
        var found = new LinkedHashMap<String, String>();
        people.keySet().stream()
                .filter(remembered::containsKey)
                .forEach(id -> found.put(id, remembered.get(id)));
        people.keySet().removeAll(found.keySet());
        boolean fromMemory = !found.isEmpty();
        Map<String, String> refused = Map.of();
        if (!people.isEmpty()) {
            found.putAll(known(people.keySet()));
            people.keySet().removeAll(found.keySet());
            found.putAll(searched(people.values()));
            people.keySet().removeAll(found.keySet());
            people.keySet().removeIf(id -> !mayBeMade(id, customers));
            if (!people.isEmpty()) {
                Answer made = make(people.values());
                found.putAll(idsOf(made.body()));
                refused = BatchErrors.of(made);
            }
        }
        remembered.putAll(found);
        searchedInVain.clear();
        return new Found(found, fromMemory, refused);
    }

    /** What was remembered of these turned out wrong; they are looked for anew. */
    synchronized void forget(Collection<String> people) {
        remembered.keySet().removeAll(people);
    }

    private boolean mayBeMade(String person, Set<String> customers) {
        return switch (policy) {
            case NEVER -> false;
            case CUSTOMERS -> customers.contains(person);
            case ALWAYS -> true;
        };
    }

    private static HubSpotCustomer better(HubSpotCustomer one, HubSpotCustomer other) {
        return one.name() == null ? other : one;
    }

    private Map<String, String> known(Set<String> ids) throws IOException {
        ObjectNode request = json.objectNode();
        request.put("idProperty", HubSpotProperties.PERSON_ID);
        request.putArray("properties").add(HubSpotProperties.PERSON_ID);
        request.putArray("propertiesWithHistory");
        ArrayNode inputs = request.putArray("inputs");
        ids.forEach(id -> inputs.addObject().put("id", id));
        return idsOf(hubSpot.post("/crm/v3/objects/contacts/batch/read", request).body());
    }

    /** What was found out is kept when a later search fails: a limit stops a batch of many strangers more than once. */
    private Map<String, String> searched(Collection<HubSpotCustomer> people) throws IOException {
        List<HubSpotCustomer> strangers =
                people.stream()
                        .filter(p -> p.waId() != null && !searchedInVain.contains(p.id()))
                        .toList();
        var found = new LinkedHashMap<String, String>();
        for (int i = 0; i < strangers.size(); i += PEOPLE_PER_SEARCH) {
            List<HubSpotCustomer> some =
                    strangers.subList(i, Math.min(strangers.size(), i + PEOPLE_PER_SEARCH));
            Map<String, String> these = search(some);
            mark(these);
            remembered.putAll(these);
            found.putAll(these);
            some.stream()
                    .map(HubSpotCustomer::id)
                    .filter(id -> !these.containsKey(id))
                    .forEach(searchedInVain::add);
        }
        return found;
    }

    private Map<String, String> search(List<HubSpotCustomer> people) throws IOException {
        var whole = new LinkedHashSet<String>();
        var national = new LinkedHashSet<String>();
        for (HubSpotCustomer person : people) {
            for (String digits : PhoneDigits.spellings(person.waId())) {
                whole.add("+" + digits);
                whole.add(digits);
            }
            national.addAll(PhoneSpellings.national(person.waId()));
        }
        ObjectNode request = json.objectNode();
        ArrayNode groups = request.putArray("filterGroups");
        TYPED.forEach(property -> groups.add(group(property, whole)));
        NATIONAL.forEach(property -> groups.add(group(property, national)));
        ArrayNode properties = request.putArray("properties");
        TYPED.forEach(properties::add);
        properties.add(HubSpotProperties.PERSON_ID);
        request.put("limit", MOST_RESULTS);
        JsonNode results =
                hubSpot.post("/crm/v3/objects/contacts/search", request).body().path("results");
        var found = new LinkedHashMap<String, String>();
        for (HubSpotCustomer person : people) {
            String id = theOne(person, results);
            if (id != null) {
                found.put(person.id(), id);
            }
        }
        return found;
    }

    private ObjectNode group(String property, Set<String> values) {
        ObjectNode group = json.objectNode();
        ObjectNode filter = group.putArray("filters").addObject();
        filter.put("propertyName", property).put("operator", "IN");
        ArrayNode list = filter.putArray("values");
        values.forEach(list::add);
        return group;
    }

    /** The one contact with the person's number, if there is one; a contact marked as somebody else is none. */
    private String theOne(HubSpotCustomer person, JsonNode results) {
        var candidates = new LinkedHashSet<String>();
        for (JsonNode contact : results) {
            JsonNode properties = contact.path("properties");
            String marked = properties.path(HubSpotProperties.PERSON_ID).asText("");
            boolean free =
                    properties.path(HubSpotProperties.PERSON_ID).isNull()
                            || marked.isEmpty()
                            || marked.equals(person.id());
            if (free
                    && TYPED.stream()
                            .map(property -> properties.path(property).textValue())
                            .anyMatch(typed -> phones.match(typed, person.waId()))) {
                candidates.add(contact.path("id").asText());
            }
        }
        if (candidates.size() > 1) {
            meters.counter("hub_hubspot_ambiguous_contacts").increment();
        }
        return candidates.size() == 1 ? candidates.getFirst() : null;
    }

    /** So that they are known the next time. Where HubSpot refuses that, they are searched for again. */
    private void mark(Map<String, String> contacts) throws IOException {
        if (contacts.isEmpty()) {
            return;
        }
        ObjectNode request = json.objectNode();
        ArrayNode inputs = request.putArray("inputs");
        var marked = new LinkedHashSet<String>();
        contacts.forEach(
                (person, contact) -> {
                    // Two people may have led to one contact; HubSpot takes each record once.
                    if (marked.add(contact)) {
                        ObjectNode input = inputs.addObject().put("id", contact);
                        input.put("objectWriteTraceId", person);
                        input.putObject("properties").put(HubSpotProperties.PERSON_ID, person);
                    }
                });
        hubSpot.post("/crm/v3/objects/contacts/batch/update", request);
    }

    private Answer make(Collection<HubSpotCustomer> people) throws IOException {
        ObjectNode request = json.objectNode();
        ArrayNode inputs = request.putArray("inputs");
        for (HubSpotCustomer person : people) {
            ObjectNode input = inputs.addObject().put("id", person.id());
            input.put("idProperty", HubSpotProperties.PERSON_ID);
            input.put("objectWriteTraceId", person.id());
            ObjectNode properties = input.putObject("properties");
            properties.put(HubSpotProperties.PERSON_ID, person.id());
            if (person.waId() != null) {
                properties.put("phone", "+" + person.waId());
            }
            if (person.name() != null) {
                properties.put("firstname", person.name());
            }
        }
        Answer answer = hubSpot.post("/crm/v3/objects/contacts/batch/upsert", request);
        meters.counter("hub_hubspot_contacts_made").increment(answer.body().path("results").size());
        return answer;
    }

    private static Map<String, String> idsOf(JsonNode answer) {
        var ids = new LinkedHashMap<String, String>();
        for (JsonNode contact : answer.path("results")) {
            String person = contact.path("properties").path(HubSpotProperties.PERSON_ID).asText("");
            if (!person.isEmpty()) {
                ids.put(person, contact.path("id").asText());
            }
        }
        return ids;
    }
}
