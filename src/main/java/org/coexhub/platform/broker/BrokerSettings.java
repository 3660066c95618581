package org.coexhub.platform.broker;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of the broker: where the queues live.
 *
 * @param url external broker, e.g. {@code tcp://broker:61616}; empty: embedded, persistent under the data directory
 * @param user for the external broker, and for foreign clients of the embedded one's listener
 * @param listen address on which the embedded broker also listens, e.g. {@code tcp://127.0.0.1:61616}; empty: no listener
 * @param listenReads destinations whose queues the listener's user may read; * for all
 * @param listenKeystore PKCS12 file with the listener's key and certificate; empty: no TLS
 * @param listenPlain listen beyond this machine without TLS
 * @param maxDiskUsage percentage of the disk at which nothing more is stored and ingest answers 503
 * @param maxAddressSize queued bytes one address keeps in memory before it pages to disk; all of it is loaded again before
 *     the hub is ready, and dead destinations together must not fill what the broker has
 */
@ConfigurationProperties("hub.broker")
public record BrokerSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("") String listen,
        @DefaultValue({}) List<String> listenReads,
        @DefaultValue("") String listenKeystore,
        @DefaultValue("") String listenKeystorePassword,
        @DefaultValue("false") boolean listenPlain,
        @DefaultValue("90") int maxDiskUsage,
        @DefaultValue("4MB") DataSize maxAddressSize) {

    /** No user of the listener has this name, for the hub's own is not asked for a password. */
    static final String INSIDE_USER = "hub (inside)";

    private static final Pattern LOOPBACK =
            Pattern.compile("tcp://(127\\.[0-9.]+|localhost|\\[::1])(:\\d+)?([/?].*)?");

    private static final String ADDRESS =
            "must be an address that begins with tcp://, several in brackets with commas between";

    public BrokerSettings {
        SettingRules.of("hub.broker")
                .require(url.isBlank() || isAddress(url), "url", ADDRESS, "tcp://broker:61616")
                .require(
                        listen.isBlank() || isAddress(listen),
                        "listen",
                        ADDRESS,
                        "tcp://127.0.0.1:61616")
                .file("listen-keystore", listenKeystore, "/etc/hub/broker.p12")
                .require(
                        listen.isBlank()
                                || listenPlain
                                || !listenKeystore.isBlank()
                                || LOOPBACK.matcher(listen).matches(),
                        "listen",
                        "is reached from other machines, and user, password and messages would go"
                            + " there readable by anybody: give HUB_BROKER_LISTEN_KEYSTORE, or say"
                            + " HUB_BROKER_LISTEN_PLAIN=true",
                        "tcp://127.0.0.1:61616")
                .between("max-disk-usage", maxDiskUsage, 1, 100, "90")
                .positive("max-address-size", maxAddressSize, "4MB")
                .check();
    }

    private static boolean isAddress(String value) {
        return value.matches("\\(?(tcp|vm)://\\S+");
    }

    public boolean embedded() {
        return url.isBlank();
    }

    /** As the broker knows the hub itself. */
    public String ownUser() {
        return embedded() ? INSIDE_USER : user;
    }

    Path directory(Path data) {
        return data.resolve(Broker.FOLDER);
    }

    @Override
    public String toString() {
        return "BrokerSettings[url=" + url + ", user=" + user + ", listen=" + listen + "]";
    }
}
