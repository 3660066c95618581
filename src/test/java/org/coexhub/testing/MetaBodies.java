package org.coexhub.testing;

import java.nio.charset.StandardCharsets;

/** Webhook bodies in the shapes Meta documents, for tests of every package; all about one business number. */
public final class MetaBodies {

    public static final String ACCOUNT = "800900";
    public static final String NUMBER = "700100200300";

    private MetaBodies() {}

    public static byte[] messages(String... items) {
        return one("messages", list("messages", items));
    }

    /** Messages beside the contact card that gives the customer's business-scoped id and name. */
    public static byte[] messagesOf(String waId, String bsuid, String name, String... items) {
        String ids = waId == null ? "" : "\"wa_id\":\"" + waId + "\",";
        String card =
                "{%s\"user_id\":\"%s\",\"profile\":{\"name\":\"%s\"}}".formatted(ids, bsuid, name);
        return one("messages", list("contacts", card), list("messages", items));
    }

    public static byte[] statuses(String... items) {
        return one("messages", list("statuses", items));
    }

    public static byte[] echoes(String... items) {
        return one("smb_message_echoes", list("message_echoes", items));
    }

    public static byte[] history(String customer, String... items) {
        String thread = "{\"id\":\"%s\",%s}".formatted(customer, list("messages", items));
        String chunk =
                "{\"metadata\":{\"phase\":0,\"chunk_order\":1,\"progress\":55},%s}"
                        .formatted(list("threads", thread));
        return one("history", list("history", chunk));
    }

    public static byte[] contacts(String... items) {
        return one("smb_app_state_sync", list("state_sync", items));
    }

    /** One change of any field, with these members beside the number's metadata. */
    public static byte[] one(String field, String... members) {
        return of(change(field, members));
    }

    public static byte[] of(String... changes) {
        return ("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"%s\",\"changes\":[%s]}]}"
                        .formatted(ACCOUNT, String.join(",", changes)))
                .getBytes(StandardCharsets.UTF_8);
    }

    public static String change(String field, String... members) {
        return """
        {"field":"%s","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":\
        "49305550100","phone_number_id":"%s"},%s}}\
        """
                .formatted(field, NUMBER, String.join(",", members));
    }

    public static String list(String name, String... items) {
        return "\"" + name + "\":[" + String.join(",", items) + "]";
    }

    /** A customer's text; the words stand inside a JSON string as they are given. */
    public static String text(String customer, String wamid, long seconds, String words) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"}}\
        """
                .formatted(customer, wamid, seconds, words);
    }

    /** The same where Meta names the customer by business-scoped id alone. */
    public static String scopedText(String bsuid, String wamid, long seconds, String words) {
        return """
        {"from_user_id":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"}}\
        """
                .formatted(bsuid, wamid, seconds, words);
    }

    public static String echo(String customer, String wamid, long seconds, String words) {
        return """
        {"from":"49305550100","to":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"}}\
        """
                .formatted(customer, wamid, seconds, words);
    }

    public static String status(String customer, String wamid, long seconds, String status) {
        return """
        {"id":"%s","status":"%s","timestamp":"%d","recipient_id":"%s"}\
        """
                .formatted(wamid, status, seconds, customer);
    }

    /** Of a message that the hub sent for the command. */
    public static String status(
            String customer, String wamid, long seconds, String status, String command) {
        return status(customer, wamid, seconds, status)
                .replaceFirst("\\{", "{\"biz_opaque_callback_data\":\"" + command + "\",");
    }

    public static String imported(String customer, String wamid, long seconds, String words) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":"%s"},\
        "history_context":{"status":"read"}}\
        """
                .formatted(customer, wamid, seconds, words);
    }

    /** A file in imported history, which is named before it comes. */
    public static String placeholder(String customer, String wamid, long seconds) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"media_placeholder","history_context":{"status":"read"}}\
        """
                .formatted(customer, wamid, seconds);
    }

    /** The webhook that brings the file of a placeholder. */
    public static byte[] historyFile(String customer, String wamid, long seconds, String mediaId) {
        return one("history", list("messages", image(customer, wamid, seconds, mediaId)));
    }

    public static String image(String customer, String wamid, long seconds, String mediaId) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"image","image":{"id":"%s","mime_type":\
        "image/jpeg","sha256":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","caption":"foto"}}\
        """
                .formatted(customer, wamid, seconds, mediaId);
    }
}
