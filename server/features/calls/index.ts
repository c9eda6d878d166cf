export { citizenRoutes } from './citizen-routes.ts';
export { agentRoomRoutes, citizenRoomRoutes, videoEventRoutes } from './room-routes.ts';
export { close } from './attend.ts';
export { endForgotten, endLeftRooms } from './housekeeping.ts';
