package org.coexhub.connector.chatwoot.client;

import org.coexhub.state.media.MediaRefusedException;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From where files of agents may be fetched: Chatwoot itself, and the hosts that the settings name. */
public final class FileHosts {

    /** Of a setting: a host, with a port where it is not that of https or http. */
    static final String FORM = "[A-Za-z0-9._-]+(:[0-9]{1,5})?";

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Set<String> hosts;

    /**
     * @param chatwoot address of the installation
     * @param others as {@link #FORM}
     */
    public FileHosts(String chatwoot, List<String> others) {
        hosts =
                Stream.concat(
                                Stream.of(authority(URI.create(chatwoot))),
                                others.stream().map(FileHosts::lower))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @param address with a host
     * @return the same address
     * @throws MediaRefusedException nothing is to be fetched from there
     */
    public URI allowed(URI address) throws MediaRefusedException {
        if (!hosts.contains(authority(address))) {
            throw new MediaRefusedException(
                    MediaRefusedException.Kind.ABSENT,
                    "the file lies on %s, which HUB_CHATWOOT_FILE_HOSTS does not name"
                            .formatted(authority(address)));
        }
        return address;
    }

    private static String authority(URI address) {
        int port = address.getPort();
        boolean usual = port < 0 || port == ("https".equals(address.getScheme()) ? HTTPS : HTTP);
        return lower(usual ? address.getHost() : address.getHost() + ":" + port);
    }

    private static String lower(String host) {
        return host.toLowerCase(Locale.ROOT);
    }
}
