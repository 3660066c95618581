package org.coexhub.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Webhook bodies for tests, in the shapes Meta documents, with ids of our own. */
public final class Payloads {

    public static final String NUMBER_ID = "700100200300";
    public static final String ACCOUNT_ID = "800900";

    private Payloads() {}

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String body(String... entries) {
        return "{\"object\":\"whatsapp_business_account\",\"entry\":["
                + String.join(",", entries)
                + "]}";
    }

    public static String entry(String... changes) {
        return "{\"id\":\""
                + ACCOUNT_ID
                + "\",\"time\":1790000000,\"changes\":["
                + String.join(",", changes)
                + "]}";
    }

    public static String change(String field, String value) {
        return "{\"value\":" + value + ",\"field\":\"" + field + "\"}";
    }

    /** A value of the number with these members beside the metadata. */
    public static String value(String... members) {
        String start =
                "{\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"+49"
                        + " 30 5550 100\",\"phone_number_id\":\""
                        + NUMBER_ID
                        + "\"}";
        return members.length == 0 ? start + "}" : start + "," + String.join(",", members) + "}";
    }

    public static String list(String name, String... items) {
        return "\"" + name + "\":[" + String.join(",", items) + "]";
    }

    /** The whole body around one change of the number. */
    public static byte[] single(String field, String... members) {
        return utf8(body(entry(change(field, value(members)))));
    }

    public static String text(String wamid, String from, String words) {
        return "{\"from\":\""
                + from
                + "\",\"id\":\""
                + wamid
                + "\",\"timestamp\":\"1790000100\",\"type\":\"text\","
                + "\"text\":{\"body\":\""
                + words
                + "\"}}";
    }

    public static String status(String wamid, String to, String status) {
        return "{\"id\":\""
                + wamid
                + "\",\"status\":\""
                + status
                + "\",\"timestamp\":\"1790000200\","
                + "\"recipient_id\":\""
                + to
                + "\"}";
    }

    public static String echo(String wamid, String to, String words) {
        return "{\"from\":\"49305550100\",\"to\":\""
                + to
                + "\",\"id\":\""
                + wamid
                + "\",\"timestamp\":\"1790000300\","
                + "\"type\":\"text\",\"text\":{\"body\":\""
                + words
                + "\"}}";
    }

    public static String contact(String waId, String scopedId, String name) {
        return "{\"profile\":{\"name\":\""
                + name
                + "\",\"username\":\"@"
                + name.toLowerCase(Locale.ROOT)
                + "\"},\"wa_id\":\""
                + waId
                + "\",\"user_id\":\""
                + scopedId
                + "\"}";
    }

    public static String thread(String id, String... messages) {
        return "{\"id\":\"" + id + "\"," + list("messages", messages) + "}";
    }

    public static String chunk(int progress, String... threads) {
        return "{\"metadata\":{\"phase\":1,\"chunk_order\":4,\"progress\":"
                + progress
                + "},"
                + list("threads", threads)
                + "}";
    }

    public static String[] texts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> text("wamid.T" + i, "49170555" + (1000 + i), "number " + i))
                .toArray(String[]::new);
    }

    public static String ids(List<HubEvent> events) {
        return events.stream().map(event -> event.id().value()).collect(Collectors.joining(" "));
    }
}
