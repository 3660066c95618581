package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.SendRule.Verdict;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.send.echo.EchoGate;
import org.coexhub.outbound.send.echo.EchoSettlement;
import org.coexhub.state.conversation.TestConversations;
import org.coexhub.testing.MetaBodies;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An echo and the hub's own send, in every order in which they and what Graph and Meta say of them can come. What the feed
 * and every destination see is the same list: each event once.
 */
class AnEchoOfAnOwnSendIsNoPersonTest {

    private static final String ANA = "34600111222";
    private static final String OWN = "wamid.own";
    private static final String WORDS = "hello";
    private static final Set<EventType> TOLD =
            Set.of(
                    EventType.MESSAGE_SENT,
                    EventType.MESSAGE_ECHOED,
                    EventType.CONVERSATION_HANDOVER);
    private static final String SENT = "message:wamid.own whatsapp.message.sent";
    private static final String PERSON = "message:wamid.typed whatsapp.message.echoed";
    private static final String TAKEN = "after:message:wamid.typed whatsapp.conversation.handover";

    private final SendBench bench = new SendBench(TestDatabase.postgres());
    private final TestRouter router = new TestRouter(bench.database, bench.clock);
    private final TestConversations talks =
            new TestConversations(router, bench.slices::addAll, bench.clock);
    private final Duration timeout = Duration.ofSeconds(30);
    private final EchoGate gate =
            new EchoGate(
                    bench.database,
                    talks.windows,
                    talks.identities,
                    bench.store,
                    timeout,
                    bench.clock,
                    router.meters());
    private EchoSettlement settlement = settlement();
    private final DeliveryReports reports = new DeliveryReports(bench.store, ErrorTable.load());
    private final List<String> seen = new ArrayList<>();
    private String customer = ANA;
    private CommandId command;

    AnEchoOfAnOwnSendIsNoPersonTest() {
        SendRule undecided = SendPolicy.undecidedEcho(gate);
        SendRule takeover = SendPolicy.takeover(talks.handover::personSpeaks);
        bench.rule =
                (asked, now) -> {
                    Verdict verdict = undecided.judge(asked, now);
                    return verdict instanceof Verdict.Go ? takeover.judge(asked, now) : verdict;
                };
    }

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Arguments> variants() {
        return Stream.of(
                own("the echo overtakes Graph's answer", t -> t.send(() -> t.echo(OWN), OWN)),
                own(
                        "the echo comes after the answer, before the hub's own event",
                        t -> {
                            t.sendUnrouted(() -> {}, OWN);
                            t.echo(OWN);
                            t.route();
                        }),
                own(
                        "the echo comes after the hub's own event",
                        t -> {
                            t.send(() -> {}, OWN);
                            t.echo(OWN);
                        }),
                own(
                        "a status names the message before the echo and the answer",
                        t ->
                                t.send(
                                        () -> {
                                            t.status(OWN);
                                            t.echo(OWN);
                                        },
                                        OWN)),
                own(
                        "echo and status come in one batch before the answer",
                        t ->
                                t.send(
                                        () ->
                                                t.handle(
                                                        Message.of(
                                                                echoes(t.typed(OWN, WORDS)),
                                                                statuses(t.named(OWN)))),
                                        OWN)),
                own(
                        "a status without callback data comes first",
                        t ->
                                t.send(
                                        () -> {
                                            t.handle(
                                                    statuses(
                                                            MetaBodies.status(
                                                                    ANA, OWN, t.now(), "sent")));
                                            t.echo(OWN);
                                        },
                                        OWN)),
                own(
                        "the answer is lost and a status names the message before the echo",
                        t -> {
                            t.lose(() -> {});
                            t.status(OWN);
                            t.echo(OWN);
                        }),
                own(
                        "the answer is lost and a status names the message after the echo",
                        t -> {
                            t.lose(() -> t.echo(OWN));
                            t.pass(Duration.ofSeconds(20));
                            t.status(OWN);
                        }),
                own(
                        "the answer is lost and the echo itself brings the callback data",
                        t -> {
                            t.lose(() -> {});
                            t.handle(echoes(t.wrapped(OWN)));
                        }),
                own(
                        "the echo is delivered again in every state",
                        t -> {
                            Message echo = Message.of(echoes(t.typed(OWN, WORDS)));
                            t.send(
                                    () -> {
                                        t.handle(echo);
                                        t.handle(echo);
                                    },
                                    OWN);
                            t.handle(echo);
                            t.echo(OWN);
                        }),
                own(
                        "the process dies before the echo is stored",
                        t -> {
                            Message echo = Message.of(echoes(t.typed(OWN, WORDS)));
                            t.send(
                                    () -> {
                                        t.dieWith(echo);
                                        t.handle(echo);
                                    },
                                    OWN);
                        }),
                own(
                        "the process dies before the answer is stored",
                        t -> {
                            t.interrupt();
                            t.echo(OWN);
                            t.status(OWN);
                        }),
                own(
                        "Brazil's number is written with and without its ninth digit",
                        t -> {
                            t.customer = "551187654321";
                            t.command("+55 11 98765-4321", WORDS);
                            t.answer(() -> t.echo(OWN), OWN);
                        }),
                own(
                        "the echo names the customer by another kind of id",
                        t -> t.send(() -> t.handle(echoes(t.scoped(OWN))), OWN)),
                own(
                        "in a group",
                        t -> {
                            t.groupCommand();
                            t.answer(() -> t.handle(echoes(t.grouped(OWN))), OWN);
                        }),
                own(
                        "a template, whose words nobody compares",
                        t -> {
                            t.template();
                            t.answer(() -> t.echo(OWN), OWN);
                        }),
                persons(
                        "a person types something else during the call",
                        t -> t.send(() -> t.echo("wamid.typed", "I am here"), OWN),
                        PERSON,
                        TAKEN,
                        SENT),
                persons(
                        "a person types the same during the call",
                        t -> t.send(() -> t.echo("wamid.typed"), OWN),
                        SENT,
                        PERSON,
                        TAKEN),
                persons(
                        "a person types the same, and both echoes overtake the answer",
                        t ->
                                t.send(
                                        () -> {
                                            t.echo("wamid.typed");
                                            t.echo(OWN);
                                        },
                                        OWN),
                        SENT,
                        PERSON,
                        TAKEN),
                persons(
                        "Meta refuses the send whose words a person types",
                        t -> t.refuse(() -> t.echo("wamid.typed")),
                        PERSON,
                        TAKEN),
                persons(
                        "two sends are lost and one is found by its status",
                        t -> {
                            t.lose(() -> {});
                            CommandId first = t.command;
                            t.lose(() -> {});
                            t.echo(OWN);
                            t.echo("wamid.typed");
                            t.command = first;
                            t.status(OWN);
                            t.pass(Duration.ofSeconds(36));
                        },
                        SENT,
                        PERSON,
                        TAKEN),
                persons(
                        "the answer is lost and no word comes",
                        t -> {
                            t.lose(() -> t.echo("wamid.typed"));
                            t.pass(Duration.ofSeconds(34));
                            assertThat(t.seen).doesNotContain(PERSON);
                            t.pass(Duration.ofSeconds(1));
                        },
                        PERSON,
                        TAKEN),
                persons(
                        "the process dies between the decision and the journal",
                        t -> {
                            t.lose(() -> t.echo("wamid.typed"));
                            t.dieSettling(Duration.ofSeconds(35));
                            t.pass(Duration.ofSeconds(31));
                        },
                        PERSON,
                        TAKEN),
                persons(
                        "a person's echo is delivered again once it is decided",
                        t -> {
                            Message echo = Message.of(echoes(t.typed("wamid.typed", WORDS)));
                            t.lose(() -> t.handle(echo));
                            t.dieSettling(Duration.ofSeconds(35));
                            t.handle(echo);
                            t.pass(Duration.ofSeconds(31));
                            t.echo("wamid.typed");
                        },
                        PERSON,
                        TAKEN),
                persons(
                        "an echo of hours later has nothing to do with a lost send",
                        t -> {
                            t.lose(() -> {});
                            t.bench.clock.advance(Duration.ofMinutes(40));
                            t.echo("wamid.typed");
                        },
                        PERSON,
                        TAKEN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void eachEventComesOnceAndOnlyPeopleSilenceTheBot(
            String name, Consumer<AnEchoOfAnOwnSendIsNoPersonTest> story, List<String> expected) {
        story.accept(this);
        pass(Duration.ofSeconds(1));

        assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
        boolean person = expected.contains(PERSON);
        assertThat(talks.newest().map(talks::personHas).orElse(false)).isEqualTo(person);
        assertThat(router.jdbc().queryForObject("SELECT COUNT(*) FROM held_echo", Long.class))
                .as("nothing waits for ever")
                .isZero();
        if (!person) {
            assertThat(bench.state(command)).isEqualTo(CommandState.SENT);
            assertThat(bench.command(command).wamid().value()).isEqualTo(OWN);
        }
    }

    /** The router parks it each time; after some minutes of that nobody waits for it any more. */
    @Test
    void anEchoThatTheRouterFailsAtDoesNotSilenceTheBotForEver() {
        lose(() -> echo("wamid.unreadable"));
        CommandId next = say("and more");
        bench.clock.advance(Duration.ofMinutes(40));
        for (int i = 0; i < 12; i++) {
            dieSettling(Duration.ofSeconds(31));
        }

        bench.pass(Duration.ofSeconds(5));

        assertThat(router.jdbc().queryForObject("SELECT COUNT(*) FROM held_echo", Long.class))
                .isZero();
        assertThat(bench.state(next)).isEqualTo(CommandState.SENT);
    }

    @Test
    void aBotWaitsWhileAnEchoIsUndecidedAndGoesOnWhenItWasTheHubs() {
        lose(() -> echo(OWN));
        CommandId next = say("and more");
        bench.work();
        assertThat(bench.state(next)).isEqualTo(CommandState.QUEUED);

        status(OWN);
        pass(Duration.ofSeconds(1));

        assertThat(bench.state(next)).isEqualTo(CommandState.SENT);
    }

    @Test
    void aBotThatWaitedIsSilentWhenTheEchoWasAPersons() {
        lose(() -> echo("wamid.typed"));
        CommandId next = say("and more");
        bench.work();

        pass(Duration.ofSeconds(35));
        pass(Duration.ofSeconds(1));

        assertThat(bench.state(next)).isEqualTo(CommandState.REJECTED);
        assertThat(bench.command(next).reason()).isEqualTo("person_has_conversation");
    }

    @Test
    void aBotsReplyThatAPersonOvertookStaysSilentAfterTheHandBackAndANewOneGoesOut() {
        String waits = bench.clock.instant().plusSeconds(60).toString();
        CommandId old =
                bench.submitJson(
                        "{'from':'%s','to':'+%s','text':{'body':'Hello'},'hub':{'source':'bot','sendAt':'%s'}}"
                                .formatted(NUMBER, customer, waits));
        bench.clock.advance(Duration.ofSeconds(10));
        echo("wamid.typed", "It is 5 euros");
        bench.clock.advance(Duration.ofSeconds(10));
        echo("wamid.back", "#bot");
        CommandId fresh = say("Anything else?");
        bench.work();
        pass(Duration.ofSeconds(40));

        assertThat(bench.state(old)).isEqualTo(CommandState.REJECTED);
        assertThat(bench.command(old).reason()).isEqualTo("person_has_conversation");
        assertThat(bench.state(fresh)).isEqualTo(CommandState.SENT);
    }

    /** As where another consumer held it while the two conversations became one. */
    @Test
    void anEchoThatIsHeldInAConversationThatIsGoneKeepsBotsOfTheOneThatStaysWaiting() {
        String gone = NUMBER + ":34600999888";
        handle(messages(text(customer, "wamid.hi", now(), "hola")));
        router.jdbc()
                .update(
                        "INSERT INTO held_echo (wamid, conversation, body, received_at, due_at)"
                                + " VALUES ('wamid.typed', ?, ?, now(), now())",
                        gone,
                        new byte[0]);
        assertThat(gate.isUndecided(new PhoneNumberId(NUMBER), customer, null)).isFalse();

        router.jdbc()
                .update(
                        "INSERT INTO conversation_merged VALUES (?, ?)",
                        gone,
                        NUMBER + ":" + customer);

        assertThat(gate.isUndecided(new PhoneNumberId(NUMBER), customer, null)).isTrue();
    }

    @Test
    void anEchoThatWaitedIsTheEventItWouldHaveBeenAtOnce() {
        var atOnce = new AtomicReference<HubEvent>();
        var later = new AtomicReference<HubEvent>();
        byte[] body =
                new String(
                                echoes(typed("wamid.typed", WORDS)),
                                java.nio.charset.StandardCharsets.UTF_8)
                        .replace(
                                "\"message_echoes\"",
                                "\"contacts\":[{\"wa_id\":\"%s\",\"user_id\":\"ES.7\",\"profile\":{\"name\":\"Añ\\u0000a\",\"username\":\"@ana\"}}],\"message_echoes\""
                                        .formatted(ANA))
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        router.read(List.of(Message.of(body))).items().forEach(i -> atOnce.set(i.event()));

        lose(() -> handle(body));
        bench.clock.advance(Duration.ofSeconds(35));
        settlement.settle();
        route(
                batch ->
                        batch.accepted().stream()
                                .map(EventBatch.Item::event)
                                .filter(e -> e.id().equals(atOnce.get().id()))
                                .forEach(later::set));

        assertThat(later.get())
                .usingRecursiveComparison()
                .ignoringFields("data.content.contacts")
                .isEqualTo(atOnce.get());
    }

    private static Arguments own(String name, Consumer<AnEchoOfAnOwnSendIsNoPersonTest> story) {
        return Arguments.of(name, story, List.of(SENT));
    }

    private static Arguments persons(
            String name, Consumer<AnEchoOfAnOwnSendIsNoPersonTest> story, String... events) {
        return Arguments.of(name, story, List.of(events));
    }

    private EchoSettlement settlement() {
        return new EchoSettlement(
                bench.database,
                talks.windows,
                bench.slices::addAll,
                new WebhookSlicer(64),
                bench.clock);
    }

    private CommandId say(String words) {
        return bench.submitJson(
                "{'from':'%s','to':'+%s','text':{'body':'%s'},'hub':{'source':'bot'}}"
                        .formatted(NUMBER, customer, words));
    }

    private void command(String to, String words) {
        command =
                bench.submitJson(
                        "{'from':'%s','to':'%s','text':{'body':'%s'},'hub':{'source':'bot'}}"
                                .formatted(NUMBER, to, words));
    }

    private void groupCommand() {
        command =
                bench.submitJson(
                        "{'from':'%s','recipient_type':'group','to':'group-1','text':{'body':'%s'}}"
                                .formatted(NUMBER, WORDS));
    }

    private void template() {
        command =
                bench.submitJson(
                        "{'from':'%s','to':'+%s','template':{'name':'hi','language':{'code':'en'}}}"
                                .formatted(NUMBER, customer));
    }

    /** Sends, and while Graph thinks, that happens. */
    private void send(Runnable meanwhile, String wamid) {
        command("+" + customer, WORDS);
        answer(meanwhile, wamid);
    }

    private void sendUnrouted(Runnable meanwhile, String wamid) {
        command("+" + customer, WORDS);
        then(meanwhile, accepted(wamid));
        bench.work();
    }

    private void answer(Runnable meanwhile, String wamid) {
        then(meanwhile, accepted(wamid));
        bench.work();
        route();
    }

    private void lose(Runnable meanwhile) {
        command("+" + customer, WORDS);
        then(meanwhile, FakeGraph.reset());
        bench.work();
        route();
    }

    private void refuse(Runnable meanwhile) {
        command("+" + customer, WORDS);
        then(meanwhile, FakeGraph.error(400, 131026));
        bench.work();
        route();
    }

    private void interrupt() {
        command("+" + customer, WORDS);
        var pointer = bench.queue.poll();
        bench.turn.decide(bench.turn.load(pointer.body()));
        bench.take(pointer);
        bench.slices.clear();
    }

    private void then(Runnable meanwhile, FakeGraph.Behaviour answer) {
        bench.meta.then(
                exchange -> {
                    meanwhile.run();
                    answer.answer(exchange);
                });
    }

    private static FakeGraph.Behaviour accepted(String wamid) {
        return FakeGraph.answer(200, "{\"messages\":[{\"id\":\"" + wamid + "\"}]}");
    }

    private void echo(String wamid) {
        echo(wamid, WORDS);
    }

    private void echo(String wamid, String words) {
        handle(echoes(typed(wamid, words)));
    }

    private String typed(String wamid, String words) {
        return MetaBodies.echo(customer, wamid, now(), words);
    }

    private String scoped(String wamid) {
        return MetaBodies.echo(customer, wamid, now(), WORDS)
                .replace("\"to\":\"" + customer + "\"", "\"to_user_id\":\"ES.123\"");
    }

    private String grouped(String wamid) {
        return MetaBodies.echo(customer, wamid, now(), WORDS)
                .replaceFirst("\\{", "{\"group_id\":\"group-1\",");
    }

    private String wrapped(String wamid) {
        return """
        {"from":"49305550100","to":"%s","id":"%s","timestamp":"%d","message":{"type":"text",\
        "text":{"body":"%s"},"biz_opaque_callback_data":"%s"}}\
        """
                .formatted(customer, wamid, now(), WORDS, command);
    }

    private void status(String wamid) {
        handle(statuses(named(wamid)));
    }

    private String named(String wamid) {
        return MetaBodies.status(customer, wamid, now(), "sent")
                .replaceFirst("\\{", "{\"biz_opaque_callback_data\":\"" + command + "\",");
    }

    private long now() {
        return bench.clock.instant().getEpochSecond();
    }

    private void handle(byte[] webhook) {
        handle(Message.of(webhook));
    }

    private synchronized void handle(Message message) {
        handle(message, batch -> {});
    }

    private void handle(Message message, Consumer<EventBatch> look) {
        EventBatch batch =
                router.handle(
                        List.of(message),
                        read -> {
                            talks.identities.resolve(read);
                            gate.hold(read);
                        },
                        accepted -> {
                            talks.project(accepted);
                            reports.join(accepted);
                        });
        look.accept(batch);
        batch.accepted().stream()
                .filter(item -> item.verdict() == EventBatch.Verdict.NEW)
                .map(EventBatch.Item::event)
                .filter(event -> TOLD.contains(event.type()))
                .map(event -> event.id() + " " + event.type().wireName())
                .forEach(seen::add);
    }

    private void dieWith(Message message) {
        router.handleAndDie(List.of(message));
    }

    /** What lies in the journal goes through the router. */
    private void route() {
        route(batch -> {});
    }

    private synchronized void route(Consumer<EventBatch> look) {
        var all = List.copyOf(bench.slices);
        bench.slices.clear();
        all.forEach(slice -> handle(Message.of(slice.body()), look));
    }

    private void pass(Duration time) {
        bench.clock.advance(time);
        settlement.settle();
        route();
        settlement.settle();
        bench.pass(Duration.ZERO);
        bench.pass(Duration.ofSeconds(5));
        route();
        settlement.settle();
    }

    private void dieSettling(Duration time) {
        bench.clock.advance(time);
        settlement.settle();
        bench.slices.clear();
    }
}
