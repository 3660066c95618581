package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Botpress answers later, by requests of its own to {@code /webhooks/chatbot}. */
class ABotThatAnswersByItselfTest {

    private static final String DOOR = "/webhooks/chatbot?key=key-of-the-test";
    private static BotHub hub;

    @BeforeAll
    static void start() {
        hub =
                new BotHub(
                        "hub.chatbot.dialect=botpress",
                        "hub.chatbot.token=bp_pat_1",
                        "hub.chatbot.callback-key=key-of-the-test",
                        "hub.chatbot.patience=2s",
                        "hub.chatbot.notice=a person comes");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void whatItSaysIsSentOnceHoweverOftenItComes() {
        hub.says("492001", "wamid.b1", "hello");
        await().until(() -> !hub.asked("492001").isEmpty());
        String said = said("492001", "msg_1", "text", "{'text':'hello Ana'}");

        assertThat(hub.callBack(DOOR, said)).isEqualTo(200);
        assertThat(hub.callBack(DOOR, said)).isEqualTo(200);

        await().until(() -> !hub.sentTo("492001").isEmpty());
        assertThat(hub.callBack(DOOR, said("492001", "msg_2", "text", "{'text':'what else?'}")))
                .isEqualTo(200);
        await().until(() -> hub.sentTo("492001").size() == 2);
        assertThat(hub.sentTo("492001")).containsExactly("hello Ana", "what else?");
        assertThat(hub.handovers("492001")).isEmpty();
    }

    @Test
    void aNumberThatTheCustomerTypesIsTheChoiceItStandsFor() {
        hub.says("492002", "wamid.b2", "menu");
        await().until(() -> !hub.asked("492002").isEmpty());
        var options = new StringBuilder();
        for (int i = 1; i <= 12; i++) {
            options.append(i > 1 ? "," : "")
                    .append("{'label':'Bean " + i + "','value':'bean-" + i + "'}");
        }
        hub.callBack(
                DOOR,
                said("492002", "msg_3", "choice", "{'text':'Which?','options':[" + options + "]}"));
        await().until(() -> !hub.sentTo("492002").isEmpty());
        assertThat(hub.sentTo("492002").getFirst()).contains("11. Bean 11");

        hub.says("492002", "wamid.b3", "11");

        await().until(() -> hub.asked("492002").size() == 2);
        assertThat(hub.asked("492002").getLast().path("text").asText()).isEqualTo("bean-11");
    }

    @Test
    void whenItStaysSilentAPersonIsCalledAndTheCustomerToldOnce() {
        hub.says("492003", "wamid.b4", "hello?");

        await().until(() -> hub.handovers("492003").equals(List.of("bot_failed")));
        await().until(() -> !hub.sentTo("492003").isEmpty());
        assertThat(hub.sentTo("492003")).containsExactly("a person comes");
    }

    @Test
    void aCustomerWhoCouldNotBeToldIsToldLater() {
        refuse("command", "recipient", "492007", "lock_not_available");
        hub.says("492007", "wamid.b8", "hello?");
        await().until(() -> hub.isTrue("SELECT is_called FROM refused_command"));
        accept("command");

        await().until(() -> hub.sentTo("492007").equals(List.of("a person comes")));
        await().until(() -> hub.handovers("492007").equals(List.of("bot_failed")));
    }

    @Test
    void aConversationInWhichTheWatchFailsKeepsNoneOfTheOthersWaiting() {
        hub.says("492010", "wamid.b9", "hello?");
        await().until(() -> !hub.asked("492010").isEmpty());
        refuse("conversation", "id", NUMBER + ":492010", "check_violation");
        hub.says("492011", "wamid.b10", "hello?");

        await().until(() -> hub.sentTo("492011").equals(List.of("a person comes")));
        assertThat(hub.handovers("492010")).isEmpty();
        accept("conversation");
        await().until(() -> hub.handovers("492010").equals(List.of("bot_failed")));
        await().until(() -> hub.sentTo("492010").equals(List.of("a person comes")));
    }

    /** From now on, rows of the table with this value are neither written nor changed. */
    private static void refuse(String table, String column, String value, String condition) {
        hub.sql("CREATE SEQUENCE refused_" + table);
        hub.sql(
                """
                CREATE FUNCTION refused_%1$s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM nextval('refused_%1$s');
                    RAISE EXCEPTION 'of the test' USING ERRCODE = '%2$s';
                END $$
                """
                        .formatted(table, condition));
        hub.sql(
                """
                CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON %1$s
                FOR EACH ROW WHEN (NEW.%2$s = '%3$s') EXECUTE FUNCTION refused_%1$s()
                """
                        .formatted(table, column, value));
    }

    private static void accept(String table) {
        hub.sql("DROP TRIGGER refused ON " + table);
    }

    @Test
    void itMayCallPeopleItself() {
        hub.says("492004", "wamid.b5", "hello?");
        await().until(() -> !hub.asked("492004").isEmpty());

        hub.callBack(DOOR, said("492004", "msg_5", "text", "{'text':'One moment. [[human]]'}"));

        await().until(() -> hub.handovers("492004").equals(List.of("bot")));
        await().until(() -> !hub.sentTo("492004").isEmpty());
        assertThat(hub.sentTo("492004")).containsExactly("One moment.");
    }

    @Test
    void whatCannotBeSentCallsPeopleAtOnceAndTheBotIsTold() {
        hub.says("492005", "wamid.b6", "where are you?");
        await().until(() -> !hub.asked("492005").isEmpty());
        String place = "{'latitude':1234,'longitude':5}";

        assertThat(hub.callBack(DOOR, said("492005", "msg_6", "location", place))).isEqualTo(400);
        assertThat(hub.callBack(DOOR, said("492005", "msg_6", "location", place))).isEqualTo(400);

        await().until(() -> hub.handovers("492005").equals(List.of("bot_failed")));
        await().until(() -> !hub.sentTo("492005").isEmpty());
        assertThat(hub.sentTo("492005")).containsExactly("a person comes");
    }

    @Test
    void anUnknownWishForAHandoverCallsPeopleToo() {
        hub.says("492006", "wamid.b7", "hello?");
        await().until(() -> !hub.asked("492006").isEmpty());

        String wish = "{'text':'One moment.','metadata':{'handover':'agent'}}";
        assertThat(hub.callBack(DOOR, said("492006", "msg_7", "text", wish))).isEqualTo(400);

        await().until(() -> hub.handovers("492006").equals(List.of("bot_failed")));
    }

    @Test
    void theDoorOpensByTheKeyAndForMessagesOfKnownConversations() {
        String said = said("492009", "msg_9", "text", "{'text':'spam'}");

        assertThat(hub.callBack("/webhooks/chatbot", said)).isEqualTo(401);
        assertThat(hub.callBack("/webhooks/chatbot?key=guess", said)).isEqualTo(401);
        assertThat(hub.callBack("/webhooks/chatbot?x=1&key=%25", said)).isEqualTo(401);
        assertThat(hub.callBack(DOOR, said)).as("nobody wrote from there").isEqualTo(400);
        assertThat(hub.callBack(DOOR, "spam")).isEqualTo(400);
        assertThat(hub.callBack(DOOR, "{'type':'test','payload':'test'}")).isEqualTo(200);
    }

    private static String said(String customer, String id, String type, String payload) {
        return "{'type':'%s','payload':%s,'conversationId':'%s','botpressMessageId':'%s'}"
                .formatted(type, payload, NUMBER + ":" + customer, id);
    }
}
