// SPDX-License-Identifier: EUPL-1.2
// Every address of the client: the module that shows it (its folder is also the area of its texts). open: for everybody, signed in or not.
export const views = [
  { path: "/app", module: "start/home.js" },
  { path: "/app/signin", module: "start/signin.js", open: true },
  { path: "/app/signup", module: "start/signup.js", open: true },
  // organiser, preparing
  { path: "/app/conventions", module: "organiser/list.js" },
  { path: "/app/conventions/new", module: "organiser/settings.js", name: "New" },
  { path: "/app/conventions/:id", module: "organiser/overview.js" },
  { path: "/app/conventions/:id/settings", module: "organiser/settings.js" },
  { path: "/app/conventions/:id/people", module: "organiser/people.js" },
  { path: "/app/conventions/:id/people/:person", module: "organiser/person.js" },
  { path: "/app/conventions/:id/requests", module: "organiser/requests.js" },
  { path: "/app/conventions/:id/requests/:request", module: "organiser/request.js" },
  { path: "/app/conventions/:id/print", module: "organiser/print.js" },
  { path: "/app/conventions/:id/outcomes", module: "organiser/outcomes.js" },
  // buyer
  { path: "/app/needs", module: "buyer/needs.js" },
  { path: "/app/needs/new", module: "buyer/post.js" },
  { path: "/app/needs/:id/edit", module: "buyer/post.js" },
  { path: "/app/needs/:id", module: "buyer/need.js" },
  { path: "/app/open", module: "buyer/open.js" },
  { path: "/app/open/:id", module: "buyer/openneed.js" },
  // account
  { path: "/app/account", module: "account/person.js" },
  { path: "/app/account/security", module: "account/security.js" },
  { path: "/app/account/data", module: "account/data.js", name: "PersonData" },
  { path: "/app/organisation", module: "account/organisation.js" },
  { path: "/app/organisation/members", module: "account/members.js" },
  { path: "/app/organisation/tokens", module: "account/tokens.js" },
  { path: "/app/organisation/log", module: "account/log.js" },
  { path: "/app/organisation/data", module: "account/data.js", name: "OrganisationData" },
  // organiser, planning and the day
  { path: "/app/conventions/:id/plan", module: "organiser/plan.js" },
  { path: "/app/conventions/:id/grid", module: "organiser/grid.js" },
  // supplier
  { path: "/app/offer", module: "supplier/offer.js" },
  { path: "/app/matches", module: "supplier/matches.js" },
  { path: "/app/matches/:id", module: "supplier/match.js" },
  { path: "/app/deadlines", module: "supplier/deadlines.js" },
  { path: "/app/alerts", module: "supplier/alerts.js" },
  { path: "/app/alerts/new", module: "supplier/alert.js" },
  { path: "/app/alerts/channels", module: "supplier/channels.js" },
  { path: "/app/alerts/channels/new", module: "supplier/channel.js" },
  { path: "/app/alerts/channels/:id", module: "supplier/channel.js" },
  { path: "/app/alerts/:id", module: "supplier/alert.js" },
];
