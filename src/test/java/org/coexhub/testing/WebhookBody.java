package org.coexhub.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds bodies as Meta sends them. Items are given in order; neighbours of one field and one list share a change, as in
 * Meta's own batches.
 */
public final class WebhookBody {

    public static final String WABA = "102290129340398";

    private final List<Item> items = new ArrayList<>();

    private record Item(String number, String field, String list, String json) {}

    /** A customer wrote. */
    public WebhookBody message(
            String number, String customer, String wamid, long seconds, String text) {
        return add(
                number,
                "messages",
                "messages",
                """
                {"from":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"}}\
                """
                        .formatted(customer, wamid, seconds, text));
    }

    /** A person wrote in the Business App. */
    public WebhookBody echo(
            String number, String customer, String wamid, long seconds, String text) {
        return add(
                number,
                "smb_message_echoes",
                "message_echoes",
                """
                {"from":"15550783881","to":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"}}\
                """
                        .formatted(customer, wamid, seconds, text));
    }

    public WebhookBody status(
            String number, String customer, String wamid, long seconds, String status) {
        return add(
                number,
                "messages",
                "statuses",
                """
                {"id":"%s","status":"%s","timestamp":"%d","recipient_id":"%s"}\
                """
                        .formatted(wamid, status, seconds, customer));
    }

    /** An older message of the customer, in the history of the thread. */
    public WebhookBody imported(
            String number, String customer, String wamid, long seconds, String text) {
        return add(
                number,
                "history",
                "history",
                """
                {"metadata":{"phase":0,"chunk_order":1,"progress":50},"threads":[{"id":"%1$s","messages":[\
                {"from":"%1$s","id":"%2$s","timestamp":"%3$d","type":"text","text":{"body":"%4$s"},\
                "history_context":{"status":"read"}}]}]}\
                """
                        .formatted(customer, wamid, seconds, text));
    }

    public byte[] bytes() {
        StringBuilder json =
                new StringBuilder("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"")
                        .append(WABA)
                        .append("\",\"changes\":[");
        Item last = null;
        for (Item item : items) {
            boolean same =
                    last != null
                            && last.number.equals(item.number)
                            && last.field.equals(item.field)
                            && last.list.equals(item.list);
            if (same) {
                json.append(',');
            } else {
                json.append(last == null ? "" : "]}},");
                open(json, item);
            }
            json.append(item.json);
            last = item;
        }
        return json.append("]}}]}]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void open(StringBuilder json, Item item) {
        json.append("{\"field\":\"")
                .append(item.field)
                .append(
                        "\",\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":")
                .append("\"15550783881\",\"phone_number_id\":\"")
                .append(item.number)
                .append("\"},\"")
                .append(item.list)
                .append("\":[");
    }

    private WebhookBody add(String number, String field, String list, String json) {
        items.add(new Item(number, field, list, json));
        return this;
    }
}
