package org.coexhub.outbound.cost;

import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.statuses;

import org.coexhub.event.Wamid;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.testing.TestClock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

/** The ledger behind the router's steps, with commands beside it. */
final class LedgerBench {

    private final TestClock clock = new TestClock();
    private final TestRouter router;
    private final TransactionTemplate transaction;
    private final CommandStore commands;
    private final CostLedger ledger;
    private final Savings savings;
    private final CostReport report;

    LedgerBench(DataSource database) {
        router = new TestRouter(database, clock);
        transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        commands = new CommandStore(database, clock);
        JdbcClient jdbc = JdbcClient.create(database);
        var metrics = new CostMetrics(router.meters());
        savings = new Savings(jdbc, metrics, clock);
        ledger =
                new CostLedger(
                        new CostEntries(router.jdbc()),
                        new CommandSources(router.jdbc()),
                        savings,
                        metrics);
        report = new CostReport(jdbc);
    }

    void handle(byte[] body) {
        handle(Message.of(body));
    }

    void handle(Message... messages) {
        router.handle(List.of(messages), batch -> {}, ledger::enter);
    }

    void handleAndDie(byte[] body) {
        transaction.executeWithoutResult(
                status -> {
                    handle(body);
                    status.setRollbackOnly();
                });
    }

    CostReport.Costs report(LocalDate from, LocalDate to, String number, String groupBy) {
        return report.read(new CostQuery(from, to, number, CostQuery.dimensions(groupBy)));
    }

    double counter(String name, String label, String value) {
        return router.meters().find(name).tag(label, value).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    CommandIntake intake() {
        return new CommandIntake(commands, commands::accept, savings, number -> true);
    }

    /** A command that is with Graph, whose answer is not known yet. */
    CommandId sending(String source) {
        CommandId id =
                intake().accept(
                                TestCommands.json(command(source)),
                                UUID.randomUUID().toString(),
                                Caller.API)
                        .id();
        commands.transition(id, CommandState.ACCEPTED, CommandState.QUEUED, TransitionDetails.NONE);
        commands.transition(id, CommandState.QUEUED, CommandState.SENDING, TransitionDetails.NONE);
        return id;
    }

    void answered(CommandId id, String wamid) {
        commands.recordSent(id, new Wamid(wamid), null, null);
    }

    static String command(String source) {
        return """
        {'from':'%s','to':'34600111222','type':'text','text':{'body':'hola'},'hub':{'source':'%s'}}\
        """
                .formatted(NUMBER, source);
    }

    static byte[] priced(
            String wamid, String status, long seconds, String type, String category, CommandId by) {
        return statuses(
                """
                {"id":"%s","status":"%s","timestamp":"%d","recipient_id":"34600111222",%s\
                "pricing":{"billable":true,"pricing_model":"PMP","type":"%s","category":"%s"}}\
                """
                        .formatted(wamid, status, seconds, opaque(by), type, category));
    }

    static byte[] pricedInGroup(String wamid, String participant, long seconds, CommandId by) {
        return statuses(
                """
                {"id":"%s","status":"delivered","timestamp":"%d","recipient_type":"group",\
                "recipient_id":"group-1","recipient_participant_id":"%s",%s\
                "conversation":{"id":"c","pricing":{"pricing_model":"PMP","type":"regular",\
                "category":"group_service"}}}\
                """
                        .formatted(wamid, seconds, participant, opaque(by)));
    }

    private static String opaque(CommandId command) {
        return command == null ? "" : "\"biz_opaque_callback_data\":\"" + command + "\",";
    }

    static byte[] sentEvent(String wamid, String source) {
        return own(
                "message:" + wamid,
                "whatsapp.message.sent",
                "{\"wamid\":\"%s\",\"command\":{\"id\":\"c\",\"source\":\"%s\"}}"
                        .formatted(wamid, source));
    }

    static byte[] rejectedEvent(String command, String reason) {
        return own(
                "command:" + command + ":rejected",
                "whatsapp.command.rejected",
                "{\"reason\":\"%s\",\"command\":{\"id\":\"%s\",\"source\":\"bot\"}}"
                        .formatted(reason, command));
    }

    private static byte[] own(String id, String type, String data) {
        return """
        {"object":"coexistence_hub","events":[{"id":"%s","type":"%s","origin":"hub","time":"%s",\
        "phonenumberid":"%s","data":%s}]}\
        """
                .formatted(id, type, TestClock.START, NUMBER, data)
                .getBytes(StandardCharsets.UTF_8);
    }
}
