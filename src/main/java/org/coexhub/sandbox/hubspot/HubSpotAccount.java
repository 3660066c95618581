package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.hubspot.BatchCalls.Reply;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The content of the account, and what each address of the API does with it. One request at a time. */
final class HubSpotAccount {

    private final InstantSource clock;
    private final BatchCalls batches;
    private final SearchCalls searches = new SearchCalls();
    private final Map<String, ObjectType> types = new LinkedHashMap<>();
    private final Map<String, Set<String>> contactsOf = new LinkedHashMap<>();

    HubSpotAccount(InstantSource clock) {
        this.clock = clock;
        this.batches = new BatchCalls(clock);
        types.put("contacts", ObjectType.contacts(clock));
        types.put("communications", ObjectType.communications(clock));
    }

    void searchLag(Duration lag) {
        searches.lag(lag);
    }

    /** A contact that people made. */
    synchronized CrmObject contact(Map<String, String> properties) {
        return types.get("contacts").create(new LinkedHashMap<>(properties));
    }

    synchronized void deleteContact(String id) {
        types.get("contacts").delete(id);
    }

    synchronized Collection<CrmObject> contacts() {
        return types.get("contacts").all();
    }

    synchronized Collection<CrmObject> communications() {
        return types.get("communications").all();
    }

    /** Messages on a contact's timeline, in the order of their time. */
    synchronized List<CrmObject> timeline(String contact) {
        return types.get("communications").all().stream()
                .filter(c -> contactsOf.getOrDefault(c.id(), Set.of()).contains(contact))
                .sorted(Comparator.comparing(HubSpotAccount::time))
                .toList();
    }

    /** Whose timeline a message is on; null while it is on none. */
    synchronized String contactOf(String communication) {
        return contactsOf.getOrDefault(communication, Set.of()).stream().findFirst().orElse(null);
    }

    private static Instant time(CrmObject communication) {
        String time = communication.get("hs_timestamp");
        return time.matches("[0-9]+")
                ? Instant.ofEpochMilli(Long.parseLong(time))
                : Instant.parse(time);
    }

    /** Messages with these words are not valid in this account. */
    synchronized void refuse(String words) {
        types.get("communications").refuse(words);
    }

    /**
     * @param length of the request's body in bytes
     * @throws HubSpotException the request is not done as asked
     */
    synchronized Reply serve(String method, String path, JsonNode request, int length) {
        String[] parts = path.substring(1).split("/");
        if (path.startsWith("/crm/v3/properties/") && parts.length >= 4) {
            return properties(method, type(parts[3]), parts.length == 5, request);
        }
        if (path.startsWith("/crm/v3/objects/") && parts.length >= 4) {
            return objects(method, type(parts[3]), path, request, length);
        }
        if (path.equals("/crm/v4/associations/communications/contacts/batch/associate/default")) {
            return associate(request);
        }
        throw new HubSpotException(404, "OBJECT_NOT_FOUND", "No such resource: " + path);
    }

    private ObjectType type(String name) {
        ObjectType type = types.get(name);
        if (type == null) {
            throw HubSpotException.invalid("Unable to infer object type from: " + name);
        }
        return type;
    }

    private Reply properties(String method, ObjectType type, boolean group, JsonNode request) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        if (method.equals("GET")) {
            ArrayNode results = reply.putArray("results");
            type.properties()
                    .forEach(
                            (name, unique) ->
                                    results.addObject()
                                            .put("name", name)
                                            .put("hasUniqueValue", unique));
            return new Reply(200, reply);
        }
        String name = request.path("name").asText();
        if (group) {
            type.group(name);
        } else {
            type.property(
                    name,
                    request.path("groupName").asText(),
                    request.path("hasUniqueValue").asBoolean());
        }
        return new Reply(201, reply.put("name", name));
    }

    private Reply objects(
            String method, ObjectType type, String path, JsonNode request, int length) {
        if (path.endsWith("/batch/read")) {
            return batches.read(type, request);
        }
        if (path.endsWith("/batch/update")) {
            return batches.write(type, request, false);
        }
        if (path.endsWith("/batch/upsert")) {
            return batches.write(type, request, true);
        }
        if (path.endsWith("/search")) {
            return new Reply(200, searches.search(type, request, length, clock.instant(), batches));
        }
        if (method.equals("POST") && path.split("/").length == 5) {
            var values = new LinkedHashMap<String, String>();
            request.path("properties")
                    .properties()
                    .forEach(p -> values.put(p.getKey(), p.getValue().asText()));
            return new Reply(201, batches.json(type.create(values)));
        }
        throw new HubSpotException(404, "OBJECT_NOT_FOUND", "No such resource: " + path);
    }

    private Reply associate(JsonNode request) {
        ObjectNode reply = batches.reply();
        for (JsonNode pair : request.path("inputs")) {
            String from = pair.path("from").path("id").asText();
            String to = pair.path("to").path("id").asText();
            if (types.get("communications").byId(from) == null
                    || types.get("contacts").byId(to) == null) {
                ObjectNode error =
                        BatchCalls.error(reply, "OBJECT_NOT_FOUND", "Could not get some objects");
                error.putObject("context").putArray("ids").add(to);
            } else {
                contactsOf.computeIfAbsent(from, unused -> new LinkedHashSet<>()).add(to);
                ObjectNode result = BatchCalls.results(reply).addObject();
                result.putObject("from").put("id", from);
                result.putObject("to").put("id", to);
            }
        }
        // HubSpot's description knows no 207 here.
        return new Reply(200, reply);
    }
}
