package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.delivery.failure.DeliveryFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties by which the hub recognises its records in HubSpot, made once where they are missing. Two of them must
 * be unique: HubSpot itself then keeps a message, or a person, from being there twice, also when an answer got lost.
 */
@Component("hubSpotProperties")
class HubSpotProperties {

    /** Of contacts: {@link HubSpotCustomer#id}. */
    static final String PERSON_ID = "whatsapp_id";

    private static final Logger LOG = LoggerFactory.getLogger(HubSpotProperties.class);
    private static final String GROUP = "whatsapp";
    private static final List<Wanted> WANTED =
            List.of(
                    new Wanted("contacts", PERSON_ID, "WhatsApp id", true),
                    new Wanted(
                            "communications",
                            HubSpotMapping.MESSAGE_ID,
                            "WhatsApp message id",
                            true),
                    new Wanted("communications", HubSpotMapping.STATUS, "WhatsApp status", false),
                    new Wanted("communications", HubSpotMapping.ORIGIN, "WhatsApp origin", false));

    private final HubSpotClient hubSpot;
    private volatile boolean there;

    HubSpotProperties(HubSpotClient hubSpot) {
        this.hubSpot = hubSpot;
    }

    private record Wanted(String object, String name, String label, boolean unique) {}

    /**
     * A step of the route; asks HubSpot until all are there, then no more.
     *
     * @throws DeliveryFailedException not all are there, which is no event's fault, whatever HubSpot says: a wrong address, no room for
     *     more properties, one that is of another kind; passing
     */
    public void ensure() throws IOException {
        if (there) {
            return;
        }
        try {
            makeMissing();
        } catch (DeliveryFailedException failed) {
            throw failed.passes()
                    ? failed
                    : DeliveryFailedException.passing(
                            "HubSpot does not have the hub's properties: " + failed.getMessage(),
                            null,
                            null);
        }
        there = true;
    }

    private void makeMissing() throws IOException {
        for (String object : List.of("contacts", "communications")) {
            Map<String, JsonNode> found = found(object);
            boolean group = false;
            for (Wanted wanted : WANTED) {
                if (!wanted.object.equals(object)) {
                    continue;
                }
                JsonNode existing = found.get(wanted.name);
                if (existing == null) {
                    group = group || makeGroup(object);
                    make(wanted);
                } else if (wanted.unique && !existing.path("hasUniqueValue").asBoolean()) {
                    throw DeliveryFailedException.passing(
                            "the property "
                                    + wanted.name
                                    + " of "
                                    + object
                                    + " does not require unique values; delete it in HubSpot, the"
                                    + " hub makes it anew",
                            null,
                            null);
                }
            }
        }
    }

    private Map<String, JsonNode> found(String object) throws IOException {
        var found = new TreeMap<String, JsonNode>();
        for (JsonNode property :
                hubSpot.get("/crm/v3/properties/" + object).body().path("results")) {
            found.put(property.path("name").asText(), property);
        }
        return found;
    }

    private boolean makeGroup(String object) throws IOException {
        ObjectNode group = JsonNodeFactory.instance.objectNode();
        group.put("name", GROUP).put("label", "WhatsApp");
        hubSpot.make("/crm/v3/properties/" + object + "/groups", group);
        return true;
    }

    private void make(Wanted wanted) throws IOException {
        ObjectNode property = JsonNodeFactory.instance.objectNode();
        property.put("name", wanted.name)
                .put("label", wanted.label)
                .put("groupName", GROUP)
                .put("type", "string")
                .put("fieldType", "text")
                .put("hasUniqueValue", wanted.unique);
        hubSpot.make("/crm/v3/properties/" + wanted.object, property);
        LOG.info("HubSpot: {} of {} is there", wanted.name, wanted.object);
    }
}
