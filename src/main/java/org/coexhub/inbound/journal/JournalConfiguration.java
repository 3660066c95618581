package org.coexhub.inbound.journal;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.Queues;
import org.coexhub.platform.broker.ReceiverFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

import javax.sql.DataSource;

/** The journal's two ends: the bean that ingest appends to, and the component that routes read from. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JournalSettings.class)
class JournalConfiguration {

    @Bean
    FrameMarks frameMarks(DataSource database, InstantSource clock) {
        return new FrameMarks(new JournalKeys(database, clock));
    }

    /** @param queues exist before the first append */
    @Bean(destroyMethod = "close")
    GroupCommitJournal journalWriter(
            Broker broker,
            Queues queues,
            JournalSettings settings,
            InstantSource clock,
            MeterRegistry meters,
            FrameMarks marks) {
        return new GroupCommitJournal(
                broker.newConnectionFactory(), broker, settings, clock, meters, marks);
    }

    @Bean("journal")
    JournalComponent journalComponent(
            ReceiverFactory receivers, Journal journal, FrameMarks marks, InstantSource clock) {
        return new JournalComponent(receivers, journal, marks, clock);
    }
}
