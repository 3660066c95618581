package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.routes.HttpSink.status;
import static org.coexhub.testing.MetaBodies.NUMBER;

import org.coexhub.routes.HttpSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A customer whose bot fails is told so and gets a person; nobody else waits meanwhile. */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ASlowBotHandsOverToPeopleTest {

    private static final String NOTICE = "The bot is ill. A person comes.";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String TEXT = "{'type':'text','text':{'body':'secret words'}}";
    private static final String FOUR_BUTTONS =
            "{'type':'interactive','interactive':{'type':'button','body':{'text':'secret words'},"
                    + "'action':{'buttons':["
                    + IntStream.range(0, 4)
                            .mapToObj(
                                    i ->
                                            "{'type':'reply','reply':{'id':'%s','title':'Number %s'}}"
                                                    .formatted(i, i))
                            .collect(Collectors.joining(","))
                    + "]}}}";
    private static BotHub hub;

    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeAll
    static void start() {
        hub =
                new BotHub(
                        "hub.chatbot.timeout=1500ms",
                        "hub.chatbot.patience=" + PATIENCE.toMillis() + "ms",
                        "hub.chatbot.tries=2",
                        "hub.chatbot.notice=" + NOTICE);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void heal() {
        over.countDown();
        hub.http.usual("/bot");
        hub.http.usual("/between");
    }

    @Test
    void afterSomeTriesPeopleHaveTheConversationAndTheCustomerIsToldOnce() {
        failsFor("491801", 2, 503);

        hub.says("491801", "wamid.s1", "hello");

        await().until(() -> hub.sentTo("491801").contains(NOTICE));
        await().until(() -> hub.handovers("491801").equals(List.of("bot_failed")));
        hub.says("491801", "wamid.s2", "anybody?");
        await().until(() -> hub.knows("491801", "wamid.s2") && hub.isIdle());
        assertThat(hub.asked("491801")).hasSize(2);
        assertThat(hub.sentTo("491801")).containsExactly(NOTICE);
    }

    @Test
    void aBotThatIsBackInTimeAnswersAndNobodyIsCalled() {
        failsFor("491802", 1, 503);

        hub.says("491802", "wamid.s3", "hello");

        await().until(() -> !hub.sentTo("491802").isEmpty());
        assertThat(hub.sentTo("491802")).containsExactly("here I am");
        assertThat(hub.handovers("491802")).isEmpty();
    }

    @Test
    void whileTheBotHangsForOneCustomerTheOthersAreAnswered() {
        hub.http.always(
                "/bot",
                exchange -> {
                    if (HttpSink.bodyOf(exchange).contains("491803")) {
                        hang();
                    }
                    BotHub.reply("at once").to(exchange);
                });
        hub.says("491803", "wamid.s4", "hello");
        await().until(() -> !hub.asked("491803").isEmpty());

        hub.says("491804", "wamid.s5", "hello");

        await().until(() -> hub.sentTo("491804").equals(List.of("at once")));
        assertThat(hub.sentTo("491803")).isEmpty();
        await().until(() -> hub.sentTo("491803").equals(List.of(NOTICE)));
    }

    @Test
    void whenItHangsForAllEachIsToldWithinTheTimeAndTheBotIsNotStormed() {
        hub.http.always("/bot", exchange -> hang());
        List<String> customers =
                IntStream.range(0, 30).mapToObj(i -> Integer.toString(491_850 + i)).toList();
        long begin = System.nanoTime();

        for (String customer : customers) {
            hub.says(customer, "wamid.all." + customer, "hello");
        }

        await().atMost(PATIENCE.multipliedBy(5))
                .until(
                        () ->
                                customers.stream()
                                        .allMatch(c -> hub.sentTo(c).equals(List.of(NOTICE))));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        int questions = customers.stream().mapToInt(c -> hub.asked(c).size()).sum();
        assertThat(questions)
                .as("asked %s times in %s", questions, took)
                .isLessThan(customers.size());
        heal();
        hub.http.always("/bot", BotHub.reply("back again"));
        var next = new AtomicInteger(491_900);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> {
                            hub.says("" + next.get(), "wamid.back." + next.getAndIncrement(), "hi");
                            return IntStream.range(491_900, next.get())
                                    .anyMatch(c -> hub.sentTo("" + c).contains("back again"));
                        });
    }

    @Test
    void aBotThatSaysNoForGoodLeavesADeadLetterAndTheCustomerAPerson() {
        failsFor("491805", 1, 401);

        hub.says("491805", "wamid.s6", "hello");

        await().until(() -> hub.sentTo("491805").equals(List.of(NOTICE)));
        await().until(
                        () ->
                                hub.get("/api/v1/dead-letters?destination=chatbot")
                                        .toString()
                                        .contains("wamid.s6"));
        assertThat(hub.get("/api/v1/dead-letters?destination=chatbot").toString())
                .contains("HTTP 401");
        assertThat(hub.handovers("491805")).containsExactly("bot_failed");
        assertThat(hub.asked("491805")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    491811 | ['hello']                                           | not an object
                    491812 | {'answer':'hello'}                                  | neither replies nor handover
                    491813 | {'replies':'hello'}                                 | replies is not an array
                    491814 | {'replies':[{'type':'text','text':'hello'}]}        | message 1, /text
                    491815 | {'replies':[{'type':'hologram'}]}                   | message 1, /
                    491816 | {'replies':[%s,%s]}                                 | message 2, /interactive/action/buttons
                    491817 | {'replies':[],'handover':'agent'}                   | handover is something else
                    491818 | {'replies':[%31s]}                                  | more than 30 messages
                    491825 | {'replies':[{'type':'text','text':{'body':'x'},'in':'%large'}]} | message 1, a command has at most
                    491826 | {'replies':[{'type':'text','text':{'body':'x'},'in':%deep}]}    | message 1, is nested
                    """)
    void anAnswerThatCannotBeSentCallsPeopleAndNamesTheFault(
            String customer, String answer, String fault, CapturedOutput log) {
        String said =
                answer.replace("%31s", String.join(",", Collections.nCopies(31, TEXT)))
                        .replace("%large", "secret words".repeat(25_000))
                        .replace("%deep", "[".repeat(120) + "]".repeat(120))
                        .replaceFirst("%s", TEXT)
                        .replace("%s", FOUR_BUTTONS);
        hub.http.always("/bot", HttpSink.json(said));

        hub.says(customer, "wamid.u" + customer, "hello");

        await().until(() -> hub.sentTo(customer).equals(List.of(NOTICE)));
        await().until(() -> hub.handovers(customer).equals(List.of("bot_failed")));
        String letter = "/api/v1/dead-letters?destination=chatbot";
        await().until(() -> hub.get(letter).toString().contains("wamid.u" + customer));
        assertThat(hub.get(letter).toString()).contains(fault);
        assertThat(hub.asked(customer)).hasSize(1);
        // Bots of other hubs, which say it by a webhook, may make the same mistake at the same
        // time.
        assertThat(log.getAll().lines())
                .filteredOn(line -> line.contains(fault) && line.contains(".out.chatbot-"))
                .hasSize(1)
                .noneMatch(line -> line.contains("secret words"));
    }

    @Test
    void aTextOfFiveThousandCharactersReachesTheCustomerInParts() {
        String words = "secret words ".repeat(385).strip();
        hub.http.always("/bot", BotHub.reply(words));

        hub.says("491820", "wamid.s20", "hello");

        await().until(() -> hub.sentTo("491820").size() == 2);
        assertThat(String.join(" ", hub.sentTo("491820"))).isEqualTo(words);
        assertThat(hub.handovers("491820")).isEmpty();
    }

    @Test
    void theMarkerInAMessageOfMetasFormCallsPeopleAndIsNotShown() {
        hub.http.always("/bot", BotHub.reply("One moment. [[human]]"));

        hub.says("491821", "wamid.s21", "hello");

        await().until(() -> hub.sentTo("491821").equals(List.of("One moment.")));
        assertThat(hub.handovers("491821")).containsExactly("bot");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    491822 | {'handover':'human'}
                    491823 | {'replies':[{'type':'text','text':{'body':'[[human]]'}}]}
                    """)
    void aHandoverWithoutWordsTellsTheCustomerThatAPersonComes(String customer, String answer) {
        hub.http.always("/bot", HttpSink.json(answer));

        hub.says(customer, "wamid.h" + customer, "hello");

        await().until(() -> hub.sentTo(customer).equals(List.of("A person will answer you here.")));
        assertThat(hub.handovers(customer)).containsExactly("bot");
    }

    @Test
    void anEventThatComesAgainAfterTheHandoverTellsTheCustomerOnce() {
        failsFor("491806", 2, 503);
        hub.http.then("/between", status(503));

        hub.says("491806", "wamid.s7", "hello");

        await().until(() -> hub.sentTo("491806").equals(List.of(NOTICE)) && hub.isIdle());
        assertThat(hub.handovers("491806")).containsExactly("bot_failed");
        assertThat(hub.asked("491806")).hasSize(2);
        assertThat(hub.get("/api/v1/conversations/" + NUMBER + ":491806").at("/bot/on").asBoolean())
                .isFalse();
    }

    /** The bot is ill for this customer, so many times; for others it is well. */
    private static void failsFor(String customer, int times, int status) {
        var left = new AtomicInteger(times);
        hub.http.always(
                "/bot",
                exchange -> {
                    boolean ill =
                            HttpSink.bodyOf(exchange).contains(customer)
                                    && left.getAndDecrement() > 0;
                    (ill ? status(status) : BotHub.reply("here I am")).to(exchange);
                });
    }

    private void hang() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
