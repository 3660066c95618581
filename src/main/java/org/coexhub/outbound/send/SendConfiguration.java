package org.coexhub.outbound.send;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.command.MicroBatcher;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.graph.GraphClient;
import org.coexhub.outbound.graph.GraphReader;
import org.coexhub.outbound.send.echo.EchoGate;
import org.coexhub.outbound.send.limit.SendLimits;
import org.coexhub.outbound.send.reconcile.HistoryLookup;
import org.coexhub.outbound.send.reconcile.KnownMessages;
import org.coexhub.outbound.send.rule.HopRule;
import org.coexhub.outbound.send.rule.ProvenanceSettings;
import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.StepPatience;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.settings.DataDirectory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.sql.DataSource;

/** Creates the beans of the way out to Meta. Rules found as beans come between the built-in ones, in their order. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GraphSettings.class, SendSettings.class, ProvenanceSettings.class})
class SendConfiguration {

    /** Much shorter than what the sweeper takes for forgotten. */
    private static final Duration TOLD_TOGETHER = Duration.ofMillis(100);

    @Bean(destroyMethod = "close")
    GraphClient graphClient(GraphSettings settings) {
        return new GraphClient(settings);
    }

    @Bean(destroyMethod = "close")
    GraphReader graphReader(GraphSettings settings) {
        return new GraphReader(settings);
    }

    @Bean
    ErrorTable errorTable() {
        return ErrorTable.load();
    }

    @Bean
    NumberSuspensions numberSuspensions(DataSource database, InstantSource clock) {
        return new NumberSuspensions(database, clock);
    }

    @Bean
    HistoryLookup historyLookup(
            DataSource database,
            CommandStore store,
            GraphReader graph,
            GraphSettings settings,
            KnownMessages messages,
            InstantSource clock) {
        return new HistoryLookup(
                database, store, graph::history, messages, settings.timeout(), clock);
    }

    @Bean
    SendPolicy sendPolicy(
            GraphSettings settings,
            ObjectProvider<SendRule> more,
            ObjectProvider<TakeoverCheck> takeover,
            ObjectProvider<CatchUp> catchUp,
            ObjectProvider<EchoGate> echoes) {
        List<SendRule> rules = new ArrayList<>();
        rules.add(SendPolicy.expiry());
        rules.add(SendPolicy.token(settings));
        takeover.ifAvailable(conversations -> rules.add(SendPolicy.takeover(conversations)));
        more.orderedStream().forEach(rules::add);
        catchUp.ifAvailable(router -> rules.add(SendPolicy.catchUp(router)));
        echoes.ifAvailable(gate -> rules.add(SendPolicy.undecidedEcho(gate)));
        takeover.ifAvailable(conversations -> rules.add(SendPolicy.takeover(conversations)));
        return new SendPolicy(rules);
    }

    @Bean
    HopRule hopRule(ProvenanceSettings settings) {
        return new HopRule(settings);
    }

    @Bean
    MicroBatcher<CommandStore.Told> outcomesTold(CommandStore store) {
        return new MicroBatcher<>("outcomes-told", TOLD_TOGETHER, store::markAnnounced);
    }

    @Bean
    OutcomeEvents outcomeEvents(
            Journal journal,
            MicroBatcher<CommandStore.Told> outcomesTold,
            GraphClient graph,
            ConversationPartition partitions,
            MeterRegistry meters) {
        return new OutcomeEvents(journal, outcomesTold::add, graph, partitions, meters);
    }

    @Bean
    SendOutcome sendOutcome(
            CommandStore store,
            CommandSchedule schedule,
            NumberSuspensions suspensions,
            ErrorTable errors,
            ClosedWindows windows,
            SendSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        return new SendOutcome(
                store, schedule, suspensions, errors, windows, settings, clock, meters);
    }

    @Bean
    SendHold sendHold(
            DataDirectory data,
            CommandSchedule schedule,
            CommandStore store,
            DataSource database,
            InstantSource clock,
            MeterRegistry meters)
            throws IOException {
        var hold = new SendHold(data.path(), schedule, store, new WaitingCommands(database, clock));
        Gauge.builder("hub.send.held", hold, h -> h.isOn() ? 1 : 0)
                .description(
                        "1 while nothing is sent because a backup was restored or an export"
                                + " imported")
                .register(meters);
        return hold;
    }

    @Bean
    EndedProcesses endedProcesses(Broker broker, InstantSource clock) {
        return broker.isEmbedded() ? new EndedProcesses(clock.instant()) : EndedProcesses.UNKNOWN;
    }

    /** A thread for each call under way; how many these are is a matter of the limits. For the route alone. */
    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    ExecutorService graphCalls() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("graph-call-", 0).factory());
    }

    @Bean(destroyMethod = "close")
    SendTurn sendTurn(
            CommandStore store,
            CommandSchedule schedule,
            SendHold hold,
            SendPolicy policy,
            NumberSuspensions suspensions,
            SendLimits limits,
            GraphClient graph,
            SendOutcome outcome,
            OutcomeEvents events,
            GraphSettings settings,
            SendSettings sending,
            EndedProcesses ended,
            InstantSource clock) {
        return new SendTurn(
                store,
                schedule,
                hold,
                policy,
                suspensions,
                limits,
                graph,
                outcome,
                events,
                settings.timeout().plus(sending.recordWithin()),
                ended,
                clock);
    }

    @Bean
    SendPatience sendPatience(
            StepPatience patience, SendTurn turn, SendOutcome outcome, SendLimits limits) {
        return new SendPatience(patience, turn, outcome, limits);
    }

    @Bean
    CommandSweeper commandSweeper(
            CommandSchedule schedule,
            NumberSuspensions suspensions,
            Journal journal,
            SendQueue queue,
            OutcomeEvents events,
            SendSettings settings,
            EndedProcesses ended,
            InstantSource clock,
            MeterRegistry meters) {
        return new CommandSweeper(
                schedule,
                suspensions,
                new SuspensionAlert(suspensions, journal, meters),
                queue,
                events,
                settings,
                ended,
                clock,
                meters);
    }
}
