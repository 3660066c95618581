package org.coexhub.state.media;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.platform.broker.BrokerSettings;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.state.media.store.DiskSpace;
import org.coexhub.state.media.store.FileMediaStore;
import org.coexhub.state.media.store.MediaStore;
import org.coexhub.state.media.store.MediaStoreSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;

import java.nio.file.Path;
import java.time.InstantSource;

import javax.sql.DataSource;

/** Creates the beans of media. A {@link MediaStore} found as a bean takes the place of the file system. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({MediaSettings.class, MediaStoreSettings.class})
class MediaConfiguration {

    @Bean
    @Fallback
    MediaStore fileMediaStore(HubSettings hub) {
        return new FileMediaStore(hub.dataDir().resolve("media"));
    }

    @Bean
    MediaRowStore mediaRowStore(DataSource database, InstantSource clock) {
        return new MediaRowStore(database, clock);
    }

    @Bean
    MediaNotes mediaNotes(MediaRowStore mediaRows, MediaSettings settings) {
        return new MediaNotes(mediaRows, settings);
    }

    @Bean(destroyMethod = "close")
    MediaGraph mediaGraph(GraphSettings graph, MediaSettings settings) {
        return new MediaGraph(graph, settings);
    }

    /** Of the folder in which files lie while they come, whatever the store. */
    @Bean
    @Fallback
    DiskSpace mediaDisk(HubSettings hub) {
        return DiskSpace.of(workshop(hub));
    }

    @Bean
    DiskLimit diskLimit(
            DiskSpace disk, MediaSettings settings, BrokerSettings broker, MeterRegistry meters) {
        return new DiskLimit(
                        disk,
                        broker.embedded()
                                ? DiskLimit.below(settings.maxDiskUsage(), broker.maxDiskUsage())
                                : settings.maxDiskUsage())
                .measuredBy(meters);
    }

    @Bean
    MediaQuota mediaQuota(DataSource database, MediaSettings settings, InstantSource clock) {
        return new MediaQuota(database, settings, clock);
    }

    @Bean(destroyMethod = "close")
    MediaFetcher mediaFetcher(
            MediaRowStore mediaRows,
            MediaStore store,
            MediaGraph graph,
            DiskLimit disk,
            MediaQuota quota,
            MediaSettings settings,
            HubSettings hub,
            InstantSource clock) {
        return new MediaFetcher(
                mediaRows,
                store,
                graph,
                disk,
                quota,
                settings,
                hub.retention(),
                workshop(hub),
                clock);
    }

    @Bean
    StoredMedia storedMedia(MediaRowStore mediaRows, MediaStore store, DiskLimit disk) {
        return new StoredMedia(mediaRows, store, disk);
    }

    @Bean
    OutgoingMedia outgoingMedia(
            DataSource database,
            MediaRowStore mediaRows,
            MediaStore store,
            MediaGraph graph,
            DiskLimit disk,
            HubSettings hub,
            InstantSource clock) {
        return new OutgoingMedia(database, mediaRows, store, graph, disk, workshop(hub), clock);
    }

    /** Beside the stored files, so that finished ones are moved and not copied. */
    private static Path workshop(HubSettings hub) {
        return hub.dataDir().resolve("media/unfinished");
    }
}
