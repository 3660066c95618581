package org.coexhub.sandbox.salesforce.org;

import java.time.Instant;

/**
 * One HTTP call that reached Salesforce.
 *
 * @param path with its query
 * @param status as decided by Salesforce, even if the caller never heard of it; 0 if the connection was cut before anything was done
 * @param records how many records were written or returned
 * @param answered whether the answer was sent
 */
public record Call(
        Instant at, String method, String path, int status, int records, boolean answered) {}
