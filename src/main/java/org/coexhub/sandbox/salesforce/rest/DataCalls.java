package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.OrgAllocation;
import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.org.Saves;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.coexhub.sandbox.salesforce.soql.SoqlException;

import java.time.InstantSource;
import java.util.Set;

/** {@code /services/data/vNN.N}: which resource a call belongs to. */
final class DataCalls {
    private static final int OLDEST = 31;
    private static final int NEWEST = 66;
    private static final Set<String> RESOURCES =
            Set.of(
                    "sobjects",
                    "composite",
                    "query",
                    "queryAll",
                    "search",
                    "parameterizedSearch",
                    "limits",
                    "jobs");

    private final OrgAllocation usage;
    private final SObjectCalls sobjects;
    private final CollectionCalls collections;
    private final CompositeCalls composite;
    private final QueryCalls queries;
    private final BulkCalls bulk;

    DataCalls(SimulatedOrg org, Faults faults, OrgAllocation usage, InstantSource clock) {
        this.usage = usage;
        Saves saves = new Saves(org, faults);
        sobjects = new SObjectCalls(org, saves);
        collections = new CollectionCalls(org, saves);
        composite = new CompositeCalls(org, saves, this::answer);
        queries = new QueryCalls(org);
        bulk = new BulkCalls(org, saves, clock);
    }

    /** The answer, or the error as an answer. */
    RestAnswer answer(RestCall call) {
        try {
            return handle(call);
        } catch (RestException refused) {
            return refused.answer();
        } catch (SaveRefusedException refused) {
            return RestException.of(refused).answer();
        } catch (SoqlException refused) {
            return RestException.of(refused).answer();
        }
    }

    private RestAnswer handle(RestCall call) {
        String version = call.segment(2);
        if (!version.matches("v\\d{2}\\.0")
                || number(version) < OLDEST
                || number(version) > NEWEST) {
            throw RestException.notFound();
        }
        RestCall rest = call.below(3);
        return switch (rest.segment(0)) {
            case "" -> RestAnswer.json(200, resources(version));
            case "sobjects" -> sobjects.handle(rest, version);
            case "composite" -> composite(rest, version);
            case "query", "queryAll" -> queries.query(rest, version);
            case "search" -> queries.search(rest, version);
            case "parameterizedSearch" -> queries.parameterizedSearch(rest, version);
            case "jobs" -> bulk.handle(rest, version);
            case "limits" -> RestAnswer.json(200, limits());
            default -> throw RestException.notFound();
        };
    }

    private RestAnswer composite(RestCall call, String version) {
        return switch (call.segment(1)) {
            case "" -> composite.composite(call);
            case "batch" -> composite.batch(call);
            case "tree" -> composite.tree(call, call.segment(2));
            case "sobjects" -> collections.handle(call.below(2), version);
            default -> throw RestException.notFound();
        };
    }

    private static int number(String version) {
        return Integer.parseInt(version.substring(1, 3));
    }

    /** {@code /services/data}: asked without a token. */
    static RestAnswer versions() {
        ArrayNode versions = JsonNodeFactory.instance.arrayNode();
        for (int version = OLDEST; version <= NEWEST; version++) {
            versions.addObject()
                    .put("label", "API " + version)
                    .put("url", "/services/data/v" + version + ".0")
                    .put("version", version + ".0");
        }
        return RestAnswer.json(200, versions);
    }

    private static ObjectNode resources(String version) {
        ObjectNode resources = JsonNodeFactory.instance.objectNode();
        RESOURCES.stream()
                .sorted()
                .forEach(name -> resources.put(name, "/services/data/" + version + "/" + name));
        return resources;
    }

    private ObjectNode limits() {
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        limits.putObject("DailyApiRequests")
                .put("Max", usage.max())
                .put("Remaining", Math.max(0, usage.max() - usage.used()));
        limits.putObject("DailyBulkApiBatches").put("Max", 15_000).put("Remaining", 15_000);
        limits.putObject("HourlyPublishedPlatformEvents")
                .put("Max", 50_000)
                .put("Remaining", 50_000);
        limits.putObject("DailyDeliveredPlatformEvents")
                .put("Max", 10_000)
                .put("Remaining", 10_000);
        return limits;
    }
}
