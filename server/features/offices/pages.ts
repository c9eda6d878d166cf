/** View `offices/choose`: GET /offices, after signing in with more than one office. */
export interface ChooseOfficePage {
  offices: { slug: string; name: string; address: string; waiting: number; today: number }[];
}
