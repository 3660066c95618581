package org.coexhub.event;

/**
 * One part of a webhook body: all updates of one partition, in Meta's order.
 *
 * @param partition number of the partition, from 0; updates of one conversation always share it
 * @param lane whether the updates are live or imported history
 * @param body a valid webhook body of its own, or the untouched body where there was nothing to cut
 */
public record Slice(int partition, Lane lane, byte[] body) {}
