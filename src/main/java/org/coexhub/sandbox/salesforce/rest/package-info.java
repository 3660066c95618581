/** The HTTP side of the simulated org: OAuth and the REST API with Salesforce's answers, errors and limits. */
package org.coexhub.sandbox.salesforce.rest;
