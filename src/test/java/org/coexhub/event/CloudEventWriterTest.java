package org.coexhub.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.event.Payloads.body;
import static org.coexhub.event.Payloads.change;
import static org.coexhub.event.Payloads.chunk;
import static org.coexhub.event.Payloads.contact;
import static org.coexhub.event.Payloads.echo;
import static org.coexhub.event.Payloads.entry;
import static org.coexhub.event.Payloads.list;
import static org.coexhub.event.Payloads.single;
import static org.coexhub.event.Payloads.status;
import static org.coexhub.event.Payloads.text;
import static org.coexhub.event.Payloads.thread;
import static org.coexhub.event.Payloads.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;

import org.coexhub.event.json.Json;
import org.coexhub.event.typing.WebhookReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

class CloudEventWriterTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(
                    SpecVersion.VersionFlag.V202012,
                    builder ->
                            builder.schemaMappers(
                                    mappers ->
                                            mappers.mapPrefix(
                                                    "https://coexhub.org/schemas/",
                                                    "classpath:schemas/")));

    private final CloudEventWriter writer = new CloudEventWriter();

    @Test
    void aMessageBecomesACloudEventWithTheHubsFieldsAndMetasBytes() throws IOException {
        String message =
                "{ \"id\":\"wamid.1\",\"from\":\"4917055501\",\"timestamp\":\"1790000100\","
                        + " \"type\":\"text\",\"text\":{\"body\":\"\\u0000 😀\"} }";
        byte[] written =
                writer.write(
                        one(
                                single(
                                        "messages",
                                        list("contacts", contact("4917055501", "DE.7", "Ada")),
                                        list("messages", message))));

        assertThat(JSON.readTree(written))
                .isEqualTo(
                        JSON.readTree(
                                "{\"specversion\":\"1.0\",\"id\":\"message:wamid.1\","
                                    + "\"source\":\"/whatsapp/800900/700100200300\",\"type\":\"whatsapp.message.received\","
                                    + "\"subject\":\"700100200300:DE.7\",\"time\":\"2026-09-21T14:15:00Z\","
                                    + "\"datacontenttype\":\"application/json\",\"origin\":\"customer\","
                                    + "\"phonenumberid\":\"700100200300\",\"partitionkey\":\"700100200300:DE.7\","
                                    + "\"receivedtime\":\"2026-11-22T10:00:00Z\","
                                    + "\"data\":{\"wamid\":\"wamid.1\",\"from\":\"4917055501\",\"to\":\"49305550100\",\"messageType\":\"text\",\"text\":\""
                                    + " 😀\","
                                    + "\"customer\":{\"waId\":\"4917055501\",\"bsuid\":\"DE.7\",\"username\":\"ada\",\"name\":\"Ada\"},"
                                    + "\"field\":\"messages\",\"raw\":"
                                        + message
                                        + "}}"));
        assertThat(new String(written, StandardCharsets.UTF_8))
                .contains("\"raw\":" + message + "}}");
    }

    @Test
    void bytesThatAreNotJsonTravelAsBase64() throws IOException {
        byte[] body = {'{', '"', (byte) 0xff, 0, 1};
        JsonNode event = JSON.readTree(writer.write(one(body)));

        assertThat(event.at("/data/encoding").asText()).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(event.at("/data/raw").asText())).isEqualTo(body);
        assertThat(event.path("source").asText()).isEqualTo("/whatsapp");
        assertThat(event.has("subject")).isFalse();
    }

    @Test
    void membersAreAddedToAWrittenEventWithoutTouchingItsRaw() throws IOException {
        byte[] written =
                writer.write(
                        one(
                                single(
                                        "messages",
                                        list("messages", text("wamid.1", "4917055501", "a")))));
        Map<String, byte[]> extra = new TreeMap<>();
        extra.put("conversation", utf8("{\"bot\":true}"));
        extra.put("superseded", utf8("true"));

        byte[] enriched = writer.with(written, extra, true);

        JsonNode event = JSON.readTree(enriched);
        assertThat(event.path("replay").asBoolean()).isTrue();
        assertThat(event.at("/data/conversation/bot").asBoolean()).isTrue();
        assertThat(event.at("/data/superseded").asBoolean()).isTrue();
        assertThat(event.at("/data/text").asText()).isEqualTo("a");
        assertThat(new String(enriched, StandardCharsets.UTF_8))
                .endsWith(
                        new String(written, StandardCharsets.UTF_8)
                                .substring(written.length - 100));
        assertThat(writer.with(enriched, Map.of(), true)).as("marked once").isEqualTo(enriched);
        assertThat(writer.with(written, Map.of(), false)).isEqualTo(written);
    }

    @Test
    void anInternalEventWithoutFieldsCanBeExtendedToo() throws IOException {
        HubEvent event =
                one(
                        utf8(
                                "{\"object\":\"coexistence_hub\",\"events\":[{\"id\":\"handover:1\","
                                    + "\"type\":\"whatsapp.conversation.handover\",\"data\":{}}]}"));

        byte[] enriched =
                writer.with(writer.write(event), Map.of("conversation", utf8("{}")), false);

        assertThat(JSON.readTree(enriched).path("data"))
                .isEqualTo(JSON.readTree("{\"conversation\":{}}"));
    }

    @Test
    void onlyCloudEventsCanBeExtended() {
        assertThatThrownBy(() -> writer.with(utf8("{\"id\":1}"), Map.of(), true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.with(utf8("{\"id\""), Map.of(), true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void everyTypeHasASchemaThatItsEventsFollow(EventType type) {
        JsonSchema schema =
                SCHEMAS.getSchema(
                        SchemaLocation.of(
                                "https://coexhub.org/schemas/" + type.wireName() + ".schema.json"));

        List<HubEvent> events = samples().stream().filter(event -> event.type() == type).toList();

        assertThat(events).as("samples of " + type).isNotEmpty();
        assertThat(events)
                .allSatisfy(
                        event ->
                                assertThat(schema.validate(JSON.readTree(writer.write(event))))
                                        .isEmpty());
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void whatWasWrittenIsReadAsTheSameRecord(EventType type) {
        assertThat(samples().stream().filter(event -> event.type() == type))
                .allSatisfy(
                        event -> {
                            CloudEvent read = CloudEvent.read(writer.write(event));
                            assertThat(read.type()).isEqualTo(type.wireName());
                            assertThat(read.isFrom(event.origin())).isTrue();
                            assertThat(read.customer()).isEqualTo(event.customer());
                            if (type.data() == EventData.Internal.class) {
                                assertThat(read.data()).isInstanceOf(EventData.Internal.class);
                            } else if (event.data() instanceof EventData.Internal own) {
                                assertThat(own.fields().properties())
                                        .containsAll(
                                                Json.MAPPER
                                                        .<JsonNode>valueToTree(read.data())
                                                        .properties())
                                        .hasSizeGreaterThanOrEqualTo(3);
                            } else {
                                assertThat(read.data()).isEqualTo(event.data());
                            }
                        });
    }

    @Test
    void whatIsUnknownOrOfAnotherFormPassesThrough() throws IOException {
        CloudEvent invented =
                CloudEvent.read(utf8("{\"type\":\"whatsapp.new\",\"data\":{\"wamid\":\"w\"}}"));
        CloudEvent odd =
                CloudEvent.read(
                        utf8(
                                "{\"type\":\"whatsapp.message.received\",\"data\":{\"wamid\":\"w\",\"from\":\"1\",\"new\":1,"
                                    + "\"text\":{\"body\":\"b\"},\"media\":\"m\",\"location\":{\"latitude\":\"north\"},"
                                    + "\"customer\":{\"name\":\"Ada\"}}}"));

        assertThat(invented.data())
                .isEqualTo(new EventData.Internal(JSON.createObjectNode().put("wamid", "w")));
        var message = (EventData.MessageReceived) odd.data();
        assertThat(message.wamid()).isEqualTo(new Wamid("w"));
        assertThat(message.content().text()).isNull();
        assertThat(message.content().media()).isNull();
        assertThat(message.content().location()).isNull();
        assertThat(message.from()).isEqualTo("1");
        assertThat(message.about()).isEmpty();
        assertThat(odd.customer()).isNull();
        assertThat(odd.json().path("data").path("new").intValue()).isEqualTo(1);
    }

    private static List<HubEvent> samples() {
        String from = "\"from\":\"4917055501\",\"timestamp\":\"1790000100\",\"id\":";
        String original =
                "{\"original_message_id\":\"wamid.0\",\"message\":{\"type\":\"text\",\"text\":{\"body\":\"b\"}}}";
        byte[] messages =
                single(
                        "messages",
                        list("contacts", contact("4917055501", "DE.7", "Ada")),
                        list(
                                "messages",
                                text("wamid.1", "4917055501", "a"),
                                "{"
                                        + from
                                        + "\"wamid.2\",\"type\":\"edit\",\"edit\":"
                                        + original
                                        + "}",
                                "{"
                                        + from
                                        + "\"wamid.3\",\"type\":\"revoke\",\"revoke\":"
                                        + original
                                        + "}",
                                "{"
                                        + from
                                        + "\"wamid.4\",\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.0\"}}",
                                "{"
                                        + from
                                        + "\"wamid.5\",\"type\":\"system\",\"system\":{\"type\":\"user_changed_number\"}}",
                                "{"
                                        + from
                                        + "\"wamid.6\",\"type\":\"location\",\"location\":{\"latitude\":\"1.5\",\"longitude\":2}}",
                                "{"
                                        + from
                                        + "\"wamid.7\",\"type\":\"order\",\"order\":{\"catalog_id\":1}}",
                                "{"
                                        + from
                                        + "\"wamid.8\",\"type\":\"contacts\",\"contacts\":[{}],\"errors\":[{\"code\":1}]}",
                                "{}"),
                        list("statuses", status("wamid.1", "4917055501", "read")),
                        list("message_echoes", echo("wamid.9", "4917055501", "e")),
                        list(
                                "state_sync",
                                "{\"action\":\"add\",\"contact\":{\"phone_number\":\"4917055501\"}}"),
                        list(
                                "user_preferences",
                                "{\"wa_id\":\"4917055501\",\"category\":\"c\",\"value\":\"stop\"}"),
                        list(
                                "history",
                                chunk(
                                        50,
                                        thread("4917055501", text("wamid.10", "4917055501", "h")))),
                        list("errors", "{\"code\":130429}"));
        byte[] accounts =
                utf8(
                        body(
                                entry(
                                        change(
                                                "account_update",
                                                "{\"event\":\"ACCOUNT_OFFBOARDED\"}"),
                                        change("security", "{\"event\":\"PIN_CHANGED\"}"),
                                        change(
                                                "message_template_status_update",
                                                "{\"message_template_id\":5,\"event\":\"APPROVED\"}"),
                                        change(
                                                "messaging_handovers",
                                                "{\"type\":\"control_passed\"}"),
                                        change("calls", "{}"))));
        StringBuilder own = new StringBuilder("{\"object\":\"coexistence_hub\",\"events\":[");
        for (EventType type :
                List.of(
                        EventType.MESSAGE_SENT,
                        EventType.COEXISTENCE_CHANGED,
                        EventType.CONVERSATION_HANDOVER,
                        EventType.COMMAND_REJECTED,
                        EventType.COMMAND_FAILED,
                        EventType.COMMAND_UNRESOLVED)) {
            own.append(own.charAt(own.length() - 1) == '[' ? "" : ",")
                    .append("{\"id\":\"x\",\"origin\":\"hub\",\"data\":")
                    .append("{\"wamid\":\"wamid.1\",\"command\":{\"id\":\"1\",\"source\":\"bot\"},")
                    .append(
                            "\"messageType\":\"text\",\"state\":\"failed\",\"reason\":\"expired\"},\"type\":\"")
                    .append(type.wireName())
                    .append("\"}");
        }
        WebhookReader reader = new WebhookReader();
        List<HubEvent> samples =
                new ArrayList<>(
                        Stream.of(messages, accounts, utf8(own + "]}"), utf8("raw"))
                                .flatMap(body -> reader.readOwn(body, NOW).stream())
                                .toList());
        samples.stream()
                .filter(event -> event.type() == EventType.MESSAGE_IMPORTED)
                .map(CloudEventWriterTest::completion)
                .toList()
                .forEach(samples::add);
        return samples;
    }

    private static HubEvent completion(HubEvent copy) {
        var message = (EventData.MessageImported) copy.data();
        return copy.as(
                EventId.ofCompletion(message.wamid(), "media"),
                EventType.MESSAGE_COMPLETED,
                new EventData.MessageCompleted(
                        message.wamid(),
                        message.from(),
                        message.to(),
                        null,
                        message.content(),
                        message.direction(),
                        copy.id()));
    }

    private static HubEvent one(byte[] body) {
        List<HubEvent> events = new WebhookReader().readOwn(body, NOW);
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
