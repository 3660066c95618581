package org.coexhub.state.media;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Decides where the access token may go. An address comes from outside, and the token goes with the request, so it is
 * followed only to Meta's hosts by https, or to the very place that Graph itself is configured to be.
 */
final class MediaHosts {

    private final List<String> hosts;
    private final URI graph;

    MediaHosts(List<String> hosts, URI graph) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        this.graph = graph;
    }

    boolean allow(URI address) {
        String host = address.getHost();
        if (host == null || address.getScheme() == null || address.getUserInfo() != null) {
            return false;
        }
        return isGraph(address)
                || address.getScheme().equalsIgnoreCase("https")
                        && (address.getPort() == -1 || address.getPort() == 443)
                        && isListed(host.toLowerCase(Locale.ROOT));
    }

    private boolean isGraph(URI address) {
        return address.getScheme().equalsIgnoreCase(graph.getScheme())
                && address.getHost().equalsIgnoreCase(graph.getHost())
                && address.getPort() == graph.getPort();
    }

    private boolean isListed(String host) {
        return hosts.stream()
                .anyMatch(allowed -> host.equals(allowed) || host.endsWith("." + allowed));
    }
}
