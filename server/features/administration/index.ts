export { administrationRoutes } from './routes.ts';
export { staffNotices, watchMessages } from './notice-routes.ts';
