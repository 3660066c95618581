package org.coexhub.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts wrong tokens per place, which is an address or, of IPv6, the network that one customer of a provider has. Whoever
 * gave too many within a minute is told to wait.
 */
final class WrongTokens {

    static final int MOST = 30;
    static final Duration WITHIN = Duration.ofMinutes(1);

    /** So that many places cannot fill the memory; the one that was quiet longest is forgotten. */
    private static final int MOST_PLACES = 10_000;

    private static final int BYTES_OF_NETWORK = 8;

    private final InstantSource clock;
    private final Map<String, Minute> places =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Minute> eldest) {
                    return size() > MOST_PLACES;
                }
            };

    private record Minute(Instant since, int wrong) {}

    /** @param first whether it is the first that is too many, worth a line in the log */
    record TooMany(Duration pause, boolean first) {}

    WrongTokens(InstantSource clock) {
        this.clock = clock;
    }

    /** @return empty while the place has not given too many */
    synchronized Optional<TooMany> another(String address) {
        Instant now = clock.instant();
        Minute counted =
                places.merge(
                        placeOf(address),
                        new Minute(now, 1),
                        (old, one) ->
                                old.since.plus(WITHIN).isAfter(now)
                                        ? new Minute(old.since, old.wrong + 1)
                                        : one);
        return counted.wrong <= MOST
                ? Optional.empty()
                : Optional.of(
                        new TooMany(
                                Duration.between(now, counted.since.plus(WITHIN)),
                                counted.wrong == MOST + 1));
    }

    private static String placeOf(String address) {
        try {
            // An address as the container gives it, so nothing is looked up.
            return InetAddress.getByName(address) instanceof Inet6Address six
                    ? Arrays.toString(Arrays.copyOf(six.getAddress(), BYTES_OF_NETWORK))
                    : address;
        } catch (UnknownHostException unusual) {
            return address;
        }
    }
}
