package org.coexhub.connector.chatwoot.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.connector.chatwoot.Events;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Room;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import javax.sql.DataSource;

/** The commands that agents' messages become. */
class AgentRepliesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ChatwootStore store;
    private AgentReplies replies;
    private Consumer<String> asked = key -> {};

    @BeforeEach
    void open() {
        DataSource database = TestDatabase.postgres();
        store = new ChatwootStore(database, new TestClock());
        var settings =
                new ChatwootSettings(
                        "https://chat.example.com",
                        "token",
                        1,
                        List.of(Events.NUMBER + ":3"),
                        List.of("secret"),
                        "",
                        0,
                        true,
                        true,
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        ChatwootSettings.Files.UPLOAD,
                        List.of(),
                        Duration.ZERO);
        replies =
                new AgentReplies(
                        settings,
                        store,
                        new Recipients(settings, store, conversation -> Optional.empty()),
                        (from, key, caller) -> asked.accept(key));
    }

    @Test
    void whatANumberThatNobodyKnowsIsToSendIsNoCommandUnlessItIsARepetition() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));
        asked =
                key -> {
                    if (!key.equals("chatwoot:1:77")) {
                        throw CommandRefusedException.unknownNumber();
                    }
                };

        assertThat(replies.of(message("'content':'Hello'"))).hasSize(1);
        assertThatThrownBy(() -> replies.again(message("'content':'Hello'"), 1))
                .isInstanceOf(CommandRefusedException.class)
                .hasMessageContaining("unknown_number");
    }

    @Test
    void aTextIsOneCommandOfTheAgent() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));

        List<Reply> commands = replies.of(message("'content':'**Good** morning'"));

        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().getKey()).isEqualTo("chatwoot:1:77");
        assertThat(command(commands, 0))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"from": "700100200300", "to": "491701234567", "type": "text",
                                 "text": {"body": "*Good* morning"},
                                 "hub": {"source": "agent", "sourceName": "chatwoot", "agent": "Ada Agent",
                                         "correlation": "chatwoot:1:12:77:0"}}
                                """));
    }

    @Test
    void severalFilesAreSeveralCommandsAndTheTextIsTheCaptionOfTheFirst() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));

        List<Reply> commands =
                replies.of(
                        message(
                                "'content':'the menu','attachments':["
                                        + file("image", "menu.png")
                                        + ","
                                        + file("image", "map.webp")
                                        + ","
                                        + file("audio", "note.ogg")
                                        + ","
                                        + file("file", "terms%20of%20use.pdf")
                                        + "]"));

        assertThat(commands.stream().map(Reply::getKey))
                .containsExactly(
                        "chatwoot:1:77:0", "chatwoot:1:77:1", "chatwoot:1:77:2", "chatwoot:1:77:3");
        assertThat(commands.stream().map(Reply::getGroup))
                .as("taken in by one node, in this order")
                .containsOnly("chatwoot:1:12");
        assertThat(commands.stream().map(Reply::isLast))
                .as("only then is the message known")
                .containsExactly(false, false, false, true);
        assertThat(command(commands, 0).path("image").path("caption").asText())
                .isEqualTo("the menu");
        assertThat(command(commands, 1).path("document").path("filename").asText())
                .isEqualTo("map.webp");
        assertThat(command(commands, 2).path("audio").path("link").asText())
                .isEqualTo(
                        "https://chat.example.com/rails/active_storage/blobs/redirect/x/note.ogg");
        assertThat(command(commands, 3).path("document").path("filename").asText())
                .isEqualTo("terms of use.pdf");
    }

    @Test
    void anAnswerNamesTheMessageItAnswers() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));
        store.written("wamid.5", 12, 70);

        JsonNode toCustomer =
                command(
                        replies.of(
                                message(
                                        "'content':'yes','content_attributes':{'in_reply_to':60,'in_reply_to_external_id':'wamid.4'}")),
                        0);
        JsonNode toAgent =
                command(
                        replies.of(
                                message(
                                        "'content':'yes','content_attributes':{'in_reply_to':70,'in_reply_to_external_id':null}")),
                        0);

        assertThat(toCustomer.path("context").path("message_id").asText()).isEqualTo("wamid.4");
        assertThat(toAgent.path("context").path("message_id").asText()).isEqualTo("wamid.5");
    }

    @Test
    void aTemplateIsFilledInItsPlaces() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));

        JsonNode command =
                command(
                        replies.of(
                                message(
                                        "'content':'Hi"
                                            + " Ana','additional_attributes':{'template_params':{'name':'hello','language':'en_US','processed_params':{'body':{'10':'z','2':'b','1':'a'}}}}")),
                        0);

        assertThat(command.path("template").path("name").asText()).isEqualTo("hello");
        assertThat(command.path("template").path("components").path(0).path("parameters"))
                .extracting(parameter -> parameter.path("text").asText())
                .containsExactly("a", "b", "z");
    }

    @Test
    void whoIsMeantIsTakenFromTheContactWhereTheHubKnowsNoConversation() throws Exception {
        JsonNode command = command(replies.of(message("'content':'hello'")), 0);

        assertThat(command.path("from").asText()).isEqualTo(Events.NUMBER);
        assertThat(command.path("to").asText()).isEqualTo("4930123456");
    }

    @Test
    void aConversationTheHubOpenedIsKnownByItsSourceEvenBeforeItIsNoted() throws Exception {
        AgentMessage early =
                AgentMessage.ofWebhook(
                        JSON.readTree(
                                "{'id':77,'content':'hello','inbox':{'id':3},'conversation':{'id':12,'contact_inbox':{'source_id':'700100200300:DE.4711'}}}"
                                        .replace('\'', '"')));

        assertThat(command(replies.of(early), 0).path("recipient").asText()).isEqualTo("DE.4711");
    }

    @Test
    void aReplyThatNobodyCanAddressIsRefused() throws Exception {
        AgentMessage lost =
                AgentMessage.ofWebhook(
                        JSON.readTree(
                                "{'id':77,'content':'hello','inbox':{'id':3},'conversation':{'id':12,'meta':{'sender':{'phone_number':null}}}}"
                                        .replace('\'', '"')));

        assertThatThrownBy(() -> replies.of(lost))
                .isInstanceOf(CommandRefusedException.class)
                .hasMessageContaining("no phone number");
    }

    @Test
    void aTextThatWouldBeMoreThanSixteenMessagesIsRefused() throws Exception {
        store.link(Events.CONVERSATION, new Room(12, 3, 0));
        AgentMessage longest = message("'content':'" + "w".repeat(65_536) + "'");
        AgentMessage tooLong = message("'content':'" + "w".repeat(65_537) + "'");

        assertThat(replies.of(longest)).hasSize(16);
        assertThatThrownBy(() -> replies.of(tooLong))
                .isInstanceOf(CommandRefusedException.class)
                .hasMessageContaining("16 messages");
    }

    private static String file(String kind, String name) {
        return "{'file_type':'"
                + kind
                + "','data_url':'https://chat.example.com/rails/active_storage/blobs/redirect/x/"
                + name
                + "'}";
    }

    private static JsonNode command(List<Reply> commands, int part) throws IOException {
        return JSON.readTree(commands.get(part).getCommand());
    }

    private static AgentMessage message(String members) throws IOException {
        String webhook =
                ("{'id':77,'inbox':{'id':3},'sender':{'name':'Ada Agent','type':'user'},"
                     + "'conversation':{'id':12,'meta':{'sender':{'phone_number':'+4930123456'}}},"
                                + members
                                + "}")
                        .replace('\'', '"');
        return AgentMessage.ofWebhook(JSON.readTree(webhook));
    }
}
