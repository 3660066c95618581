package org.coexhub.connector.salesforce.commands;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The fields of a {@code WhatsApp_Send__e}. What Salesforce leaves empty is null here.
 *
 * @param id the event's own id
 * @param clientRef the sender's name for the message, such as the id of the record it belongs to
 * @param recordId the record that gets to know what became of it
 * @param hops how many commands this one follows from
 */
record SendEvent(
        String id,
        String clientRef,
        String to,
        String number,
        String kind,
        String text,
        String template,
        String language,
        String params,
        String mediaUrl,
        String recordId,
        JsonNode hops) {

    static SendEvent of(String id, JsonNode fields) {
        return new SendEvent(
                id,
                text(fields, "Client_Ref__c"),
                text(fields, "To__c"),
                text(fields, "Phone_Number_Id__c"),
                text(fields, "Kind__c"),
                text(fields, "Text__c"),
                text(fields, "Template__c"),
                text(fields, "Language__c"),
                text(fields, "Params__c"),
                text(fields, "Media_Url__c"),
                text(fields, "Record_Id__c"),
                fields.hasNonNull("Hops__c") ? fields.get("Hops__c") : null);
    }

    /** However often the same message is asked for, there is one command. */
    String key() {
        return "salesforce:" + (clientRef == null ? id : clientRef);
    }

    /** Comes back in every event of the command; the record is what stands behind the last colon. */
    String correlation() {
        return "sf:"
                + (clientRef == null ? "" : clientRef)
                + ":"
                + (recordId == null ? "" : recordId);
    }

    private static String text(JsonNode fields, String name) {
        String value = fields.path(name).isNull() ? "" : fields.path(name).asText();
        return value.isBlank() ? null : value.strip();
    }
}
