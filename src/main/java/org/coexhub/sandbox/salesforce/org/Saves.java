package org.coexhub.sandbox.salesforce.org;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.ObjectDescription;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Saving a record through an API: the faults are met first, the outcome is told as Salesforce tells it. */
public final class Saves {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SimulatedOrg org;
    private final Faults faults;

    public Saves(SimulatedOrg org, Faults faults) {
        this.org = org;
        this.faults = faults;
    }

    /** Creates a record, or publishes if the object is a platform event. */
    public ObjectNode create(String type, Map<String, Object> fields) {
        faults.meet(type, fields);
        boolean event = org.schema().object(type).map(ObjectDescription::event).orElse(false);
        if (event) {
            BusEvent published = org.publish(type, fields, SimulatedOrg.USER_ID);
            ObjectNode result =
                    JSON.objectNode().put("id", eventId(published)).put("success", true);
            result.putArray("errors")
                    .addObject()
                    .put("statusCode", "OPERATION_ENQUEUED")
                    .put("message", published.id())
                    .putArray("fields");
            return result;
        }
        return done(org.create(type, fields));
    }

    private String eventId(BusEvent published) {
        String prefix = org.schema().object(published.object()).orElseThrow().prefix();
        return prefix + "xx0000000001AAA";
    }

    public ObjectNode update(String type, String id, Map<String, Object> fields) {
        faults.meet(type, fields);
        Map<String, Object> rest = new LinkedHashMap<>(fields);
        rest.keySet().removeIf("id"::equalsIgnoreCase);
        org.update(type, id, rest);
        return done(id);
    }

    public ObjectNode upsert(
            String type, String externalId, Object value, Map<String, Object> fields) {
        Map<String, Object> met = new LinkedHashMap<>(fields);
        met.put(externalId, value);
        faults.meet(type, met);
        SimulatedOrg.Upserted upserted = org.upsert(type, externalId, value, fields);
        return done(upserted.id()).put("created", upserted.created());
    }

    public ObjectNode delete(String type, String id) {
        faults.meet(type, Map.of("Id", id));
        if (org.record(type, id).isEmpty()) {
            throw new SaveRefusedException("ENTITY_IS_DELETED", "entity is deleted");
        }
        org.delete(type, id);
        return done(id);
    }

    /** The result of one record of many; a request that cannot be read at all is refused as a whole. */
    public static ObjectNode each(Supplier<ObjectNode> save) {
        try {
            return save.get();
        } catch (SaveRefusedException refused) {
            if (refused.malformed()) {
                throw refused;
            }
            return failed(refused);
        }
    }

    public static ObjectNode failed(SaveRefusedException refused) {
        ObjectNode result = JSON.objectNode().put("success", false);
        ArrayNode fields =
                result.putArray("errors")
                        .addObject()
                        .put("statusCode", refused.code())
                        .put("message", refused.getMessage())
                        .putArray("fields");
        refused.fields().forEach(fields::add);
        return result;
    }

    public static ObjectNode rolledBack() {
        return failed(
                new SaveRefusedException(
                        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                        "Record rolled back because not all records were valid and the request was"
                                + " using AllOrNone header"));
    }

    private static ObjectNode done(String id) {
        ObjectNode result = JSON.objectNode().put("id", id).put("success", true);
        result.putArray("errors");
        return result;
    }
}
