// Refuses resources that perimeter.json does not let be. What is unknown is not inside.
"use strict";

const { PolicyPack } = require("@pulumi/policy");
const perimeter = require("./perimeter.json");

// packageOf is the first part of a type: aws of aws:s3/bucket:Bucket. The package of a provider is what it is a provider of.
const packageOf = type => (type.startsWith("pulumi:providers:") ? type.split(":")[2] : type.split(":")[0]);

// lone reports whether a resource is a component, which makes nothing itself: only those have no provider.
const lone = args => !args.provider && !args.type.startsWith("pulumi:providers:");

// typeOf is a type without the version of the interface that azure-native takes in it: azure-native:storage/v20230101:StorageAccount.
const typeOf = args => args.type.replace(/^(azure-native:[^/:]+)\/v[^:]+:/, "$1:");

const plain = text => String(text).toLowerCase().replace(/\s/g, "");

// inside reports whether a place of a package is one of the regions inside, or a zone of one.
function inside(pkg, place) {
    const code = plain(place);
    const zone = pkg.zone && code.match(new RegExp(pkg.zone));
    return pkg.regions.includes(code) || Boolean(zone && pkg.regions.includes(zone[1]));
}

// texts calls visit with every text of a value and the names on the way to it.
function texts(value, visit, path = []) {
    if (value !== null && typeof value === "object") {
        for (const key of Object.keys(value)) {
            texts(value[key], visit, Array.isArray(value) ? path : path.concat(key));
        }
    } else if (value !== undefined && value !== "") {
        visit(value, path);
    }
}

// at are the values at a path; lists on the way are all looked into.
function at(value, path) {
    if (Array.isArray(value)) return value.flatMap(v => at(v, path));
    if (value === undefined || value === null) return [];
    if (path.length === 0) return [value];
    return at(value[path[0]], path.slice(1));
}

// places are those that a resource names anywhere: of itself, its copies, its keys.
function places(pkg, props) {
    const out = [];
    texts(props, (value, path) => {
        const name = path[path.length - 1];
        if (pkg.places.includes(name)) out.push({ place: value, where: path.join(".") });
        for (const form of pkg.references) {
            for (const found of String(value).matchAll(new RegExp(form, "g"))) {
                if (found.groups.partition !== undefined && found.groups.partition !== pkg.partition) {
                    out.push({ place: `the partition ${found.groups.partition}`, where: path.join(".") });
                } else if (found.groups.region && found.groups.region !== "*") {
                    out.push({ place: found.groups.region, where: path.join(".") });
                }
            }
        }
    });
    return out;
}

// said are the places that an object itself says.
const said = (pkg, object) => pkg.places.flatMap(name => at(object, [name]));

const operators = {
    name: "operators",
    description: "Only clouds whose operators are inside: " + perimeter.inside,
    enforcementLevel: "mandatory",
    validateResource(args, refuse) {
        const name = packageOf(args.type);
        if (lone(args) || perimeter.neutral.includes(name)) return;
        const pkg = perimeter.packages[name];
        if (!pkg) {
            refuse(`${name} is no package whose operator the perimeter knows (${perimeter.cites["OPR-001"]})`);
        } else if (pkg.why) {
            refuse(`${pkg.why} (${perimeter.cites["OPR-001"]})`);
        }
    },
};

const regions = {
    name: "places",
    description: "Resources, their copies and their keys are in regions inside: " + perimeter.inside,
    enforcementLevel: "mandatory",
    validateResource(args, refuse) {
        const pkg = perimeter.packages[packageOf(args.type)];
        if (lone(args) || !pkg || pkg.why) return;
        for (const { place, where } of places(pkg, args.props)) {
            if (!inside(pkg, place)) refuse(`${where} is ${place}, and inside are ${pkg.regions.join(", ")} (${perimeter.cites["LOC-001"]})`);
        }
        // What says no place is where its provider is.
        if (said(pkg, args.props).length > 0) return;
        if (!pkg.provider && !perimeter.placed.includes(typeOf(args))) return;
        const place = said(pkg, (args.provider || {}).props)[0];
        if (place === undefined) refuse(`it does not say where it is: set one of ${pkg.places.join(", ")}`);
        else if (!inside(pkg, place)) refuse(`its provider is in ${place}, and inside are ${pkg.regions.join(", ")} (${perimeter.cites["LOC-001"]})`);
    },
};

// held says why a rule does not hold for values; "" when it does.
function held(rule, values) {
    const words = values.map(v => JSON.stringify(v)).join(", ");
    if (rule.refuse) return rule.refuse;
    if (rule.is !== undefined && !(values.length > 0 && values.every(v => v === rule.is))) return `it must be ${JSON.stringify(rule.is)}`;
    if (rule.not && values.some(v => rule.not.map(String).includes(String(v)))) return `it is ${words}`; // "true" is true to a provider
    if (rule.unset && values.length > 0) return "it is set";
    if (rule.matches && !(values.length > 0 && values.every(v => new RegExp(rule.matches).test(v)))) return `it is ${words || "not set"}`;
    return "";
}

const blocks = perimeter.rules.map(rule => ({
    name: rule.name,
    description: rule.about,
    enforcementLevel: "mandatory",
    validateResource(args, refuse) {
        if (!rule.types.includes(typeOf(args))) return;
        const [place] = said(perimeter.packages[packageOf(args.type)], args.props);
        if (rule.where && place !== undefined && !rule.where.includes(plain(place))) return;
        const why = held(rule, rule.path ? at(args.props, rule.path.split(".")) : []);
        if (why) refuse(`${rule.about}: ${rule.path || args.type}: ${why} (${rule.cites})`);
    },
}));

new PolicyPack("bailiwick", { policies: [operators, regions, ...blocks] });
