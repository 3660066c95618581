/** As much of SOQL and SOSL as an integration asks: fields, conditions, order, limit; words and phone numbers. */
package org.coexhub.sandbox.salesforce.soql;
