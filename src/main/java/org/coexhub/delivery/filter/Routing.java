package org.coexhub.delivery.filter;

import org.coexhub.event.HubEvent;

import java.util.List;

/** All destinations and what they ask for, at one moment: a batch of events is counted and sent by the same one. */
public record Routing(List<Target> targets) {

    /** A queue that events are put into. */
    public record Target(String name, EventFilter filter) {}

    public List<Target> of(HubEvent event) {
        return targets.stream().filter(target -> target.filter.accepts(event)).toList();
    }

    public boolean wants(HubEvent event) {
        return targets.stream().anyMatch(target -> target.filter.accepts(event));
    }
}
