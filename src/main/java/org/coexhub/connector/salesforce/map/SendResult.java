package org.coexhub.connector.salesforce.map;

import java.util.Map;

/**
 * The end of a command that Salesforce gave and that was not sent.
 *
 * @param place of its event in the batch
 */
public record SendResult(int place, Map<ResultValue, String> values) {}
